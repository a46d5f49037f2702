import { expect, test } from 'vitest';
import { tsvRow } from '../../src/renderer/components/tsvRow.ts';

test('a copied row keeps cells with tabs and line breaks whole', () => {
  expect(tsvRow(['a', 'b\tc', 'say "hi"\nthere'])).toBe('a\t"b\tc"\t"say ""hi""\nthere"');
});
