import type { Me, ProviderBatch } from '../../shared/model.ts';

/** One page of a batch's results. Items are JSON text, every digit as received; the cache reads them. */
export interface ResultsPage {
  readonly items: readonly string[];
  /** The provider's count of calls in the batch at this moment. */
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
  getResults(scheduleId: string, page: number, signal?: AbortSignal): Promise<ResultsPage>;
}

/** The most the provider gives at once. */
export const PAGE_SIZE = 500;
