import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCacheFile } from '../../support/cacheFile.ts';

test('what picked cells come to is what their values do, in the order in which they stand', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ score: fc.option(fc.nat(50)), seconds: fc.option(fc.nat(600)) }), {
        minLength: 3,
        maxLength: 30,
      }),
      fc.nat(29),
      fc.nat(29),
      (calls, a, b) => {
        const cache = makeCacheFile();
        cache.ingest(
          'b',
          calls.map(({ score, seconds }, i) => ({
            call_id: String(i).padStart(3, '0'),
            duration_seconds: seconds,
            answer_duration_seconds: 1,
            outcomes: { Score: score },
          })),
        );
        const [first, last] = [Math.min(a, b), Math.max(a, b)].map((at) => Math.min(at, calls.length - 1));
        const sort = [{ column: 'call_id', descending: true }];
        const selection = { batches: [], text: '', filters: [], timeZone: 'UTC' };
        const ask = (columns: string[]) =>
          cache.reader.statistics(selection, sort, [{ first: first ?? 0, last: last ?? 0, columns }]);
        // Told by their row ids, they are the same calls wherever they stand by now.
        const { rowIds } = cache.reader.window(selection, sort, first ?? 0, (last ?? 0) - (first ?? 0) + 1);
        const named = [{ first: 0, last: 0, columns: ['duration_seconds'], calls: [...rowIds] }];
        expect(cache.reader.statistics(selection, sort, named)).toEqual(ask(['duration_seconds']));
        const picked = calls.toReversed().slice(first, (last ?? 0) + 1);
        const expected = (values: (number | null)[], kind: string) => {
          const numbers = values.filter((value) => value !== null);
          const sum = numbers.reduce((x, y) => x + y, 0);
          return numbers.length === 0
            ? null
            : { kind, count: numbers.length, sum, min: Math.min(...numbers), max: Math.max(...numbers) };
        };
        const isNumber = calls.some(({ score }) => score !== null);
        const scores = ask(['outcome:Score']);
        if (isNumber)
          expect(scores.numbers).toEqual(
            expected(
              picked.map(({ score }) => score),
              'number',
            ),
          );
        expect(scores.distinct).toBe(new Set(picked.flatMap(({ score }) => score ?? [])).size);
        expect(ask(['duration_seconds']).numbers).toEqual(
          expected(
            picked.map(({ seconds }) => seconds),
            'duration',
          ),
        );
        // Seconds and points do not add up.
        if (isNumber) expect(ask(['duration_seconds', 'outcome:Score'])).toEqual({ numbers: null, distinct: null });
        expect(ask(['name', 'call_id'])).toEqual({ numbers: null, distinct: null });
        cache.close();
      },
    ),
    { numRuns: 25 },
  );
});
