import { expect, test } from 'vitest';
import { estimateInWords, estimateSync } from '../../src/renderer/screens/welcome/estimate.ts';

const batches = (...totals: (number | null)[]) =>
  totals.map((total_contacts) => ({ total_contacts, wantsContacts: false }));

test('a sync costs a request for every 500 calls, and one for an empty batch', () => {
  expect(estimateSync(batches(10_000, 501, 0, null))).toMatchObject({ calls: 10_501, requests: 20 + 2 + 1 + 1 });
});

test('a million calls take about seven minutes', () => {
  const estimate = estimateSync(batches(...Array.from({ length: 100 }, () => 10_000)));
  expect(estimateInWords(estimate)).toBe('1,000,000 calls · 2,000 requests · about 1.0 GB · about 7 min');
});

test('contacts take as many requests again, and an account that allows fewer takes longer', () => {
  const wanted = batches(10_000, 10_000).map((batch) => ({ ...batch, wantsContacts: true }));
  expect(estimateSync(wanted)).toMatchObject({ calls: 20_000, requests: 80, seconds: 16 });
  expect(estimateSync(wanted, 20)).toMatchObject({ requests: 80, seconds: 240 });
});
