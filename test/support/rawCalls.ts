import { RawCall } from '../../src/main/rawCalls/rawCall.ts';

/** Calls by their items, one after another in the same object. */
export function* rawCalls(
  items: readonly string[],
  contacts: readonly (string | null)[] = [],
): Generator<RawCall, void> {
  const call = new RawCall();
  for (const [i, item] of items.entries()) {
    const bytes = Buffer.from(item);
    call.read(bytes, 0, bytes.length, contacts[i] ?? null);
    yield call;
  }
}
