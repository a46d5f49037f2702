import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bandsOf,
  countPicked,
  isPicked,
  pickedByRow,
  pickedColumns,
  pickedInRow,
  pickedRows,
  type CellRange,
} from '../../src/renderer/components/gridRanges.ts';

const cell = fc.record({ row: fc.nat(12), column: fc.nat(8) });
const ranges: fc.Arbitrary<CellRange[]> = fc.array(fc.record({ from: cell, to: cell }), { maxLength: 6 });

/** The cells one by one. */
function cellsOf(all: readonly CellRange[]): Set<string> {
  const cells = new Set<string>();
  for (const { from, to } of all) {
    for (let row = Math.min(from.row, to.row); row <= Math.max(from.row, to.row); row++)
      for (let column = Math.min(from.column, to.column); column <= Math.max(from.column, to.column); column++)
        cells.add(`${row} ${column}`);
  }
  return cells;
}

test('a cell is picked if one of the ranges holds it, and counts once', () => {
  fc.assert(
    fc.property(ranges, (all) => {
      const cells = cellsOf(all);
      for (let row = 0; row <= 12; row++)
        for (let column = 0; column <= 8; column++)
          expect(isPicked(pickedInRow(all, row), column)).toBe(cells.has(`${row} ${column}`));
      expect(countPicked(all)).toBe(cells.size);
      const inBands = bandsOf(all).flatMap(({ rows, columns }) =>
        columns.map(({ first, last }) => (rows.last - rows.first + 1) * (last - first + 1)),
      );
      expect(inBands.reduce((a, b) => a + b, 0)).toBe(cells.size);
    }),
  );
});

test('rows and columns with picked cells are told in order', () => {
  const all: CellRange[] = [
    { from: { row: 9, column: 4 }, to: { row: 7, column: 2 } },
    { from: { row: 10, column: 0 }, to: { row: 10, column: 0 } },
  ];
  expect(pickedRows(all)).toEqual([{ first: 7, last: 10 }]);
  expect(pickedColumns(all)).toEqual([0, 2, 3, 4]);
  const byRow = pickedByRow(all);
  expect(byRow(7)).toBe(byRow(8));
  expect(byRow(1)).toEqual([]);
});
