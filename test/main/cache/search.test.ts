import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold, words } from '../../../src/shared/searchText.ts';
import { all, makeCacheFile, type CacheFile } from '../../support/cacheFile.ts';
import { items, type Item } from '../../support/items.ts';

/** Every text and number in the received JSON that a person could look for; statuses and times are not texts. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

const notText = [
  'status',
  'duration_seconds',
  'answer_duration_seconds',
  'disconnect_reason',
  'transcript_status',
  'analysis_status',
  'recording',
  'started_at',
  'ended_at',
];

/** A scan of one call for words: each as the beginning of a word, or as part of name, phone number or id. */
function naiveHas(received: Item, query: readonly string[]): boolean {
  const fields = Object.entries(received).filter(([field]) => !notText.includes(field));
  const texts = fields.flatMap(([, value]) => textsOf(value));
  const parts = ['name', 'phone_number', 'external_id', 'call_id'].map((field) => fold(String(received[field] ?? '')));
  const digits = String(received['phone_number'] ?? '').replace(/\D/g, '');
  return query.every((word) => {
    const begins = [...word].length > 1;
    const asWord = texts.some((text) =>
      words(text).some((found) => (begins ? found.text.startsWith(word) : found.text === word)),
    );
    const asPart = [...word].length >= 3 && [...parts, digits].some((part) => part.includes(word));
    return asWord || asPart;
  });
}

function idsFound(cache: CacheFile, text: string): string[] {
  const order = cache.reader.order({ ...all, text }, [{ column: 'call_id', descending: false }]);
  return cache.reader
    .calls(order)
    .map(({ call }) => call.call_id)
    .sort();
}

test('search finds what a naive scan finds, for words that are there and parts of them', () => {
  fc.assert(
    fc.property(items, fc.nat(), fc.nat(4), fc.nat(), (calls, pick, cut, second) => {
      const cache = makeCacheFile();
      try {
        cache.ingest('one', calls, 6);
        const received = JSON.parse(JSON.stringify(calls)) as Item[];
        const known = received.flatMap((call) => textsOf(call).flatMap((text) => words(text).map((word) => word.text)));
        const one = known[pick % Math.max(known.length, 1)] ?? 'nothing';
        const other = known[second % Math.max(known.length, 1)] ?? 'nothing';
        const query = [
          [...one].slice(0, Math.max(1, [...one].length - cut)).join(''),
          ...(second % 2 === 0 ? [other] : []),
        ]
          // What folding or cutting leaves must be one word again: "½" is "1⁄2", half a Hangul syllable is not typed alone.
          .filter((word) => words(word).length === 1 && words(word)[0]?.text === word);
        const expected = received.filter((call) => naiveHas(call, query)).map((call) => call.call_id);
        expect(idsFound(cache, query.join(' '))).toEqual(expected.sort());
      } finally {
        cache.close();
      }
    }),
    { numRuns: 150 },
  );
});

test('any text is a query', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [{ call_id: 'a', name: 'Ada "Quote" O\'Brien', summary: 'NEAR(x, 1) AND NOT col:val ^ * "' }]);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.constantFrom('"', '""', '-', '- ', 'OR', 'a OR', 'NOT', '*', 'a*', '^a', 'a:b', 'NEAR(', '“a', "';--"),
      ),
      (text) => {
        expect(cache.reader.count({ ...all, text })).toBeGreaterThanOrEqual(0);
      },
    ),
    { numRuns: 500 },
  );
  cache.close();
});

const people = [
  {
    call_id: 'call_1',
    name: 'Zürich Müller',
    phone_number: '919876543210',
    summary: 'Wants a refund. Call back next week.',
  },
  {
    call_id: 'call_2',
    name: 'Priya Sharma',
    phone_number: '+49 (30) 1234-5678',
    summary: 'Asked about refunds and pricing',
  },
  {
    call_id: 'call_3',
    name: '田中 太郎',
    phone_number: '819012345678',
    summary: '東京タワーの近くで会う',
    outcomes: { रुचि: 'हिन्दी में बात' },
  },
  {
    call_id: 'call_4',
    name: 'عمر',
    summary: 'مُهْتَمّ بالعرض',
    transcript: [{ role: 'agent', text: 'Hello, angry customer' }],
    note: 'special-marker',
  },
];

test.each([
  ['refund', ['call_1', 'call_2'], 'a word finds its longer forms'],
  ['"refund"', ['call_1'], 'a phrase in quotes is exact'],
  ['“call back”', ['call_1'], 'curly quotes are quotes'],
  ['"back call"', [], 'a phrase keeps its order'],
  ['refund -pricing', ['call_1'], 'a minus excludes'],
  ['zurich OR priya', ['call_1', 'call_2'], 'OR takes either'],
  ['ZURICH', ['call_1'], 'case and accents do not matter'],
  ['ller', ['call_1'], 'part of a name'],
  ['6543', ['call_1'], 'part of a phone number'],
  ['+49 30 12345678', ['call_2'], 'a phone number however it is written'],
  ['(30)', ['call_2'], 'punctuation is forgiven'],
  ['東京', ['call_3'], 'words of a script without spaces'],
  ['タワー', ['call_3'], 'from the middle of a sentence without spaces'],
  ['हिन्दी', ['call_3'], 'Devanagari with its vowel signs'],
  ['مهتم', ['call_4'], 'Arabic without its vowels'],
  ['angry', ['call_4'], 'words of a transcript'],
  ['special-marker', ['call_4'], 'words of a field that the provider does not document'],
  ['', ['call_1', 'call_2', 'call_3', 'call_4'], 'nothing typed finds all'],
  ['...', ['call_1', 'call_2', 'call_3', 'call_4'], 'punctuation alone finds all'],
  ['nobody', [], 'a word that is nowhere'],
])('search for %j finds %j: %s', (text, expected) => {
  const cache = makeCacheFile();
  cache.ingest('one', people);
  expect(idsFound(cache, text)).toEqual(expected);
  cache.close();
});

test('after a call changes, its new words are found and its old ones are not', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [{ call_id: 'a', summary: 'first words', name: 'Oldname' }]);
  cache.ingest('one', [{ call_id: 'a', summary: 'second words', name: 'Newname' }]);
  expect(['first', 'oldna', 'ldnam'].map((text) => idsFound(cache, text))).toEqual([[], [], []]);
  expect(['second', 'newna', 'ewnam', 'words'].map((text) => idsFound(cache, text))).toEqual([
    ['a'],
    ['a'],
    ['a'],
    ['a'],
  ]);
  cache.close();
});
