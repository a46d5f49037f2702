import type { ColumnId } from '../../shared/columns.ts';
import type { Statistics } from '../../shared/statistics.ts';
import { FIRST_VALUE } from './segment.ts';
import type { ColumnStore } from './store.ts';

/** What the cells of some calls come to. */

interface PickedPlaces {
  readonly places: Uint32Array;
  readonly columns: readonly ColumnId[];
}

export function statistics(store: ColumnStore, bands: readonly PickedPlaces[], timeZone: string): Statistics {
  const columns = new Set(bands.flatMap((band) => band.columns));
  const numeric = [...columns].filter((column) => ['number', 'duration'].includes(store.kindOf(column)));
  const kinds = new Set(numeric.map((column) => store.kindOf(column)));
  const [only] = columns;
  const canTell = columns.size === 1 && only !== undefined && store.kindOf(only) !== 'time';
  return {
    numbers: kinds.size === 1 ? numbersOf(store, bands, new Set(numeric), kinds.has('duration')) : null,
    distinct: canTell ? distinctOf(store, bands, only, timeZone) : null,
  };
}

function numbersOf(
  store: ColumnStore,
  bands: readonly PickedPlaces[],
  numeric: ReadonlySet<ColumnId>,
  isDuration: boolean,
): Statistics['numbers'] {
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (const { places, columns } of bands) {
    for (const column of columns) {
      if (!numeric.has(column)) continue;
      const { values, limit } = store.numbers(column);
      for (let i = 0; i < places.length; i++) {
        const value = values[places[i] as number] as number;
        // NaN, too, is not less than the limit.
        if (!(value < limit)) continue;
        count++;
        sum += value;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
  }
  return count === 0 ? null : { kind: isDuration ? 'duration' : 'number', count, sum, min, max };
}

/** Blanks are no value. */
function distinctOf(store: ColumnStore, bands: readonly PickedPlaces[], column: ColumnId, timeZone: string): number {
  const { codes, dictionary } = store.coded({ column }, timeZone);
  const seen = new Uint8Array(dictionary.size);
  for (const { places } of bands)
    for (let i = 0; i < places.length; i++) seen[codes[places[i] as number] as number] = 1;
  return seen.subarray(FIRST_VALUE).reduce((sum, one) => sum + one, 0);
}
