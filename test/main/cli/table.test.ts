import { expect, test } from 'vitest';
import { oneLine } from '../../../src/main/cli/table.ts';

test('a cell is one line that steers no terminal, and is cut between characters', () => {
  expect(oneLine('a\r\nb\tc\u001b[2J')).toBe('a b c[2J');
  expect(oneLine('\u202eseY \u2067x\u2069')).toBe('seY x');
  expect(oneLine('👨‍👩‍👧')).toBe('👨‍👩‍👧');
  const cut = oneLine(`${'x'.repeat(58)}😀😀`);
  expect(cut.isWellFormed()).toBe(true);
  expect(cut).toBe(`${'x'.repeat(58)}…`);
});
