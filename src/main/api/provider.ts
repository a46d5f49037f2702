import type { Me, ProviderBatch } from '../../shared/model.ts';
import type { Items } from '../items.ts';

/** One page of a batch's results or contacts. Items are JSON text, every digit as received; the cache reads them. */
export interface ItemsPage {
  readonly items: Items;
  /** The provider's count of items at this moment. */
  readonly total: number;
  readonly hasMore: boolean;
}

/** What Callbook asks a provider, over HTTP or from the sample. Every method throws a CallbookError that people understand. */
export interface Provider {
  getMe(signal?: AbortSignal): Promise<Me>;
  /** All pages of the account's batches. */
  listBatches(signal?: AbortSignal): Promise<readonly ProviderBatch[]>;
  getBatch(scheduleId: string, signal?: AbortSignal): Promise<ProviderBatch>;
  /** Pages are counted from 1 and hold up to PAGE_SIZE items. */
  getResults(scheduleId: string, page: number, signal?: AbortSignal): Promise<ItemsPage>;
  /** The calls of a batch before and after they are made, with the contacts' metadata; pages as those of results. */
  getContacts(scheduleId: string, page: number, signal?: AbortSignal): Promise<ItemsPage>;
}

/** The most the provider gives at once. */
export const PAGE_SIZE = 500;
