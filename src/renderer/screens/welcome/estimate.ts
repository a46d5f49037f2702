import { counted } from '../../../shared/format.ts';
import type { Batch } from '../../../shared/model.ts';

/** What a first sync costs. The provider gives 500 calls a request and, unless the account says otherwise, 300 requests a minute. */
const CALLS_A_REQUEST = 500;
const REQUESTS_A_MINUTE = 300;
const BYTES_A_CALL = 1_000;

export interface Estimate {
  readonly calls: number;
  readonly requests: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Contacts, where they are fetched, come in as many requests as calls. `aMinute`: what the account allows, if it says. */
export function estimateSync(
  batches: readonly Pick<Batch, 'total_contacts' | 'wantsContacts'>[],
  aMinute: number | null = null,
): Estimate {
  const calls = batches.reduce((sum, { total_contacts }) => sum + (total_contacts ?? 0), 0);
  const requests = batches.reduce(
    (sum, { total_contacts, wantsContacts }) =>
      sum + Math.max(1, Math.ceil((total_contacts ?? 0) / CALLS_A_REQUEST)) * (wantsContacts ? 2 : 1),
    0,
  );
  return {
    calls,
    requests,
    bytes: calls * BYTES_A_CALL,
    seconds: Math.ceil((requests / (aMinute ?? REQUESTS_A_MINUTE)) * 60),
  };
}

export function estimateInWords({ calls, requests, bytes, seconds }: Estimate): string {
  const size =
    bytes < 1e6
      ? `${Math.ceil(bytes / 1e3)} KB`
      : bytes < 1e9
        ? `${(bytes / 1e6).toFixed(1)} MB`
        : `${(bytes / 1e9).toFixed(1)} GB`;
  const time = seconds < 60 ? 'under a minute' : `about ${Math.round(seconds / 60)} min`;
  return `${counted(calls, 'call')} · ${counted(requests, 'request')} · about ${size} · ${time}`;
}
