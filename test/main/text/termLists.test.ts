import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTermDictionary, termOf, type TermDictionary } from '../../../src/main/text/dictionary.ts';
import {
  followedBy,
  markDocuments,
  markOccurrences,
  openOccurrences,
  scan,
  type Occurrences,
} from '../../../src/main/text/scan.ts';
import { MOST_DOCUMENTS, openTermLists, type TermChunk } from '../../../src/main/text/termLists.ts';
import { PART_LENGTH, openPartAdder, openWordAdder, piecesOf, type Cut } from '../../../src/main/text/terms.ts';
import { fold, words } from '../../../src/shared/searchText.ts';

const ALL_COLUMNS = 0xff;

function documentsOf(chunks: readonly TermChunk[], term: string, isPrefix: boolean, columns = ALL_COLUMNS): number[] {
  const bits = new Int32Array(MOST_DOCUMENTS / 32);
  scan(
    chunks.map(({ data }) => data),
    term,
    isPrefix,
    columns,
    (entry) => markDocuments(entry, bits, 0, MOST_DOCUMENTS),
  );
  return setBits(bits);
}

function setBits(bits: Int32Array): number[] {
  return Array.from({ length: bits.length * 32 }, (_, i) => i).filter((i) => ((bits[i >>> 5] ?? 0) >>> (i & 31)) & 1);
}

const letter = fc.constantFrom('a', 'b', 'ab', 'é', '中', '\uffff', '\ud83d\ude00', '\ud83d', 'ccccccccc');
const term = fc.array(letter, { minLength: 1, maxLength: 4 }).map((letters) => letters.join(''));
/** Where terms stand: per document, per column, the terms in their order. */
const documents = fc.array(fc.array(fc.array(term, { maxLength: 6 }), { maxLength: 8 }), { maxLength: 30 });

const idOf = (dictionary: TermDictionary, one: string, column: number) =>
  // The array is longer than the term.
  dictionary.idOf(
    Uint16Array.from({ length: one.length + 2 }, (_, i) => `${one}yy`.charCodeAt(i)),
    one.length,
    column,
  );

function listsOf(of: readonly (readonly (readonly string[])[])[], everyNth = 1): TermChunk[] {
  const lists = openTermLists();
  of.forEach((columns, document) =>
    columns.forEach((terms, column) =>
      lists.add(
        Uint32Array.from(terms, (one) => idOf(lists.dictionary, one, column)),
        terms.length,
        document * everyNth,
        0,
      ),
    ),
  );
  return lists.chunks();
}

test('a term, or what terms begin with, is found in the documents and columns where it stands', () => {
  fc.assert(
    fc.property(documents, term, fc.boolean(), fc.nat(ALL_COLUMNS), (given, wanted, isPrefix, columns) => {
      const has = (one: string) => (isPrefix ? one.startsWith(wanted) : one === wanted);
      const expected = given.flatMap((document, i) =>
        document.some((terms, column) => ((columns >>> column) & 1) === 1 && terms.some(has)) ? [i] : [],
      );
      expect(documentsOf(listsOf(given), wanted, isPrefix, columns)).toEqual(expected);
      // Far from each other, so that differences take several bytes.
      expect(documentsOf(listsOf(given, 500), wanted, isPrefix, columns)).toEqual(expected.map((i) => i * 500));
    }),
    { numRuns: 500 },
  );
});

test('terms next to each other are found where they stand so in one column', () => {
  fc.assert(
    fc.property(documents, fc.array(term, { minLength: 2, maxLength: 3 }), (given, sequence) => {
      const chunks = listsOf(given).map(({ data }) => data);
      let together: Occurrences | undefined;
      for (const [distance, one] of sequence.entries()) {
        const occurrences = openOccurrences(together);
        scan(chunks, one, false, ALL_COLUMNS, occurrences.take);
        const all = occurrences.sorted();
        together = (together === undefined ? all : followedBy(together, all, distance)).slice();
      }
      if (together === undefined) throw new Error('nothing was looked for');
      const bits = new Int32Array(MOST_DOCUMENTS / 32);
      markOccurrences(together, bits, 0, MOST_DOCUMENTS);
      const isAt = (terms: readonly string[], at: number) => sequence.every((one, i) => terms[at + i] === one);
      expect(setBits(bits)).toEqual(
        given.flatMap((document, i) => (document.some((terms) => terms.some((_, at) => isAt(terms, at))) ? [i] : [])),
      );
    }),
    { numRuns: 500 },
  );
});

test('so are those of which the last goes on, far apart and far behind, in the columns that are asked for', () => {
  const few = fc.constantFrom('a', 'b', 'ba');
  const given = fc.array(fc.array(fc.array(few, { maxLength: 8 }), { maxLength: 3 }), { maxLength: 12, size: 'max' });
  let found = 0;
  fc.assert(
    fc.property(
      given,
      fc.array(few, { minLength: 2, maxLength: 3 }),
      fc.boolean(),
      fc.nat(7),
      fc.constantFrom(1, 500),
      fc.constantFrom(0, 60, 20_000),
      (of, sequence, isPrefix, columns, everyNth, behind) => {
        const lists = openTermLists();
        of.forEach((document, i) =>
          document.forEach((terms, column) => {
            const ids = Uint32Array.from(terms, (one) => idOf(lists.dictionary, one, column));
            // Every other one stands at the beginning.
            lists.add(ids, ids.length, i * everyNth, i % 2 === 0 ? 0 : behind);
          }),
        );
        const chunks = lists.chunks().map(({ data }) => data);
        const last = sequence.length - 1;
        let together: Occurrences | undefined;
        for (const [distance, one] of sequence.entries()) {
          const occurrences = openOccurrences(together);
          scan(chunks, one, isPrefix && distance === last, columns, occurrences.take);
          const all = occurrences.sorted();
          together = (together === undefined ? all : followedBy(together, all, distance)).slice();
        }
        const bits = new Int32Array(MOST_DOCUMENTS / 32);
        markOccurrences(together ?? new Float64Array(), bits, 0, MOST_DOCUMENTS);
        const fits = (one: string, at: number) =>
          isPrefix && at === last ? one.startsWith(sequence[at] ?? '') : one === sequence[at];
        const expected = of.flatMap((document, i) =>
          document.some(
            (terms, column) =>
              ((columns >>> column) & 1) === 1 &&
              terms.some((_, at) =>
                sequence.every((_term, n) => at + n < terms.length && fits(terms[at + n] ?? '', n)),
              ),
          )
            ? [i * everyNth]
            : [],
        );
        expect(setBits(bits)).toEqual(expected);
        found += expected.length;
      },
    ),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(100);
});

test('a list of many terms is cut into chunks, each of which begins with its first term', () => {
  const given = Array.from({ length: 3_000 }, (_, i) => [[`common`, `word${(i * 7919) % 3_001}`, `word${i % 11}`]]);
  const chunks = listsOf(given);
  expect(chunks.length).toBeGreaterThan(4);
  const firsts = chunks.map(({ firstTerm }) => firstTerm);
  expect(firsts).toEqual([...new Set(firsts)].sort());
  for (const { firstTerm, data } of chunks)
    expect(documentsOf([{ firstTerm, data }], firstTerm, false)).not.toEqual([]);
  expect(documentsOf(chunks, 'common', false)).toHaveLength(3_000);
  for (const wanted of ['word2999', 'word3', 'word0']) {
    expect(documentsOf(chunks, wanted, false)).toEqual(
      given.flatMap(([terms], i) => (terms?.includes(wanted) ? [i] : [])),
    );
  }
});

test('a dictionary numbers terms as they come and orders them as JavaScript does', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(term, fc.string({ unit: 'binary', maxLength: 20 }))), (given) => {
      const dictionary = openTermDictionary();
      const ids = given.map((one) => idOf(dictionary, one, 0));
      const term = (id: number) => termOf(dictionary.terms(), id);
      expect(ids.map(term)).toEqual(given);
      expect(dictionary.size).toBe(new Set(given).size);
      expect([...dictionary.sorted()].map(term)).toEqual([...new Set(given)].sort());
    }),
    { numRuns: 500 },
  );
});

/** Half of them short, and some met again, as names are. */
const anyText = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'B', '9', ' ', '-', '\0', 'é', 'ß', '\u0301', '½', '中', 'नि', '\ud83d'),
    maxLength: 12,
  }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('Zoë 中文', 'Ada Lovelace'),
);

/** JSON of a text as a provider may write it: as short as can be, or with all that is not plain by its number. */
const jsonOf = (text: string, isLong: boolean) =>
  Buffer.from(
    isLong
      ? `"${text.replace(/[^a-z0-9 ]/gi, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
      : JSON.stringify(text),
  );

test('words and pieces of texts stand where cutting the whole text has them, cut anew or as cut before', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.tuple(anyText, fc.nat(2)), { maxLength: 3 }), { maxLength: 20 }), (given) => {
      type Occurrence = [term: string, column: number, document: number, position: number];
      const expectedOf = (termsOf: (text: string) => string[]) =>
        given.flatMap((texts, document) =>
          texts.flatMap(([text], column) =>
            termsOf(text).map((one, position): Occurrence => [one, column, document, position]),
          ),
        );
      const listsInto = (found: Occurrence[]) => {
        const lists = openTermLists();
        return {
          ...lists,
          add(ids: Uint32Array, count: number, document: number, position: number) {
            const terms = lists.dictionary.terms();
            for (const [i, id] of ids.subarray(0, count).entries())
              found.push([termOf(terms, id), terms.columns[id] ?? 0, document, position + i]);
          },
        };
      };
      const eachText = (take: (column: number, document: number, text: string, way: number) => void) =>
        given.forEach((texts, document) => texts.forEach(([text, way], column) => take(column, document, text, way)));

      const wordsFound: Occurrence[] = [];
      const wordAdder = openWordAdder(listsInto(wordsFound));
      const wordCuts = new Map<string, Cut>();
      eachText((column, document, text, way) => {
        const json = jsonOf(text, way === 1);
        const cut = wordCuts.get(`${column} ${text}`);
        if (way < 2) wordAdder.add(column, document, json, 0, json.length);
        else if (cut !== undefined) wordAdder.addCut(document, cut);
        else wordCuts.set(`${column} ${text}`, wordAdder.addTexts(column, document, [text]));
      });
      expect(wordsFound).toEqual(expectedOf((text) => words(text).map((word) => word.text)));

      const piecesFound: Occurrence[] = [];
      const partAdder = openPartAdder(listsInto(piecesFound));
      const pieceCuts = new Map<string, Uint32Array>();
      eachText((column, document, text, way) => {
        const json = jsonOf(text, way === 1);
        const cut = pieceCuts.get(`${column} ${text}`);
        if (way < 2) partAdder.add(column, document, json, 0, json.length);
        else if (cut !== undefined) partAdder.addCut(document, cut);
        else pieceCuts.set(`${column} ${text}`, partAdder.addText(column, document, fold(text)));
      });
      expect(piecesFound).toEqual(
        expectedOf((text) =>
          Array.from({ length: Math.max(0, fold(text).length - PART_LENGTH + 1) }, (_, i) =>
            fold(text).slice(i, i + PART_LENGTH),
          ),
        ),
      );
    }),
    { numRuns: 300 },
  );
});

test('no phrase reaches from one text of a column into the next', () => {
  const found: (readonly [term: string, position: number])[] = [];
  const lists = openTermLists();
  const adder = openWordAdder({
    ...lists,
    add(ids, count, _document, position) {
      for (const [i, id] of ids.subarray(0, count).entries())
        found.push([termOf(lists.dictionary.terms(), id), position + i]);
    },
  });
  const texts = adder.addTexts(0, 0, ['one two', '', 'three']);
  adder.addCut(0, texts);
  const positions = [0, 1, 4, 6, 7, 10];
  expect(found).toEqual(['one', 'two', 'three', 'one', 'two', 'three'].map((word, i) => [word, positions[i]]));
});

test('the pieces of a part cover it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 3, maxLength: 20 }), (part) => {
      const covered = new Set<number>();
      for (const [piece, start] of piecesOf(part)) {
        expect(part.startsWith(piece, start)).toBe(true);
        for (let i = 0; i < piece.length; i++) covered.add(start + i);
      }
      expect(covered.size).toBe(part.length);
    }),
  );
});
