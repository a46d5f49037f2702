import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSegment, encodeSegment, FIRST_VALUE, type Segment } from '../../../src/main/columns/segment.ts';

/** How segments stand in the file. */

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\u2028', '\ud800', 'ü', '本') }),
);
const values = fc.oneof(texts, fc.double({ noNaN: true }), fc.boolean(), fc.jsonValue());

function codesOf(dictionary: readonly string[]): Segment & { type: 'codes' } {
  const codes = Uint32Array.from([0, ...dictionary.map((_, i) => i + FIRST_VALUE)]);
  return { type: 'codes', codes, dictionary };
}

test('codes and whatever values they stand for are read as they were written, as texts and as bytes', () => {
  fc.assert(
    fc.property(fc.array(values, { maxLength: 40 }), (some) => {
      const segment = codesOf(some.map((value) => JSON.stringify(value)));
      const read = decodeSegment(encodeSegment(segment));
      if (read.type !== 'codes' || read.lines === undefined) throw new Error('no codes with lines');
      const { bytes, starts } = read.lines;
      expect(read.codes).toEqual(segment.codes);
      expect(read.dictionary).toEqual(segment.dictionary);
      expect(segment.dictionary.map((_, i) => bytes.toString('utf8', starts[i], (starts[i + 1] ?? 0) - 1))).toEqual(
        segment.dictionary,
      );
    }),
  );
});

test('numbers are read as they were written', () => {
  for (const values of [Float64Array.of(1.5, NaN, -0, 1e300), Float64Array.of(3, NaN, 65_534)]) {
    const read = decodeSegment(encodeSegment({ type: 'numbers', values }));
    const numbers = read.type === 'numbers' ? [...read.values] : [];
    const isSmall = values[2] === 65_534;
    expect(numbers).toEqual([...values].map((value) => (isSmall && Number.isNaN(value) ? 0xffff : value)));
  }
});

test('a segment of before, with its dictionary in the header, is read', () => {
  const segment = codesOf(['"Yes"', '"a \\"quoted\\" word"', '3']);
  const header = Buffer.from(JSON.stringify({ form: 'u8', count: 4, dictionary: segment.dictionary }));
  const bytes = Buffer.alloc(Math.ceil((4 + header.length) / 8) * 8 + 4);
  bytes.writeUInt32LE(header.length);
  header.copy(bytes, 4);
  Buffer.from(segment.codes).copy(bytes, bytes.length - 4);
  const read = decodeSegment(bytes);
  expect(read).toEqual({ type: 'codes', codes: Uint8Array.from(segment.codes), dictionary: segment.dictionary });
});
