import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SELECT_CHUNKS } from '../../../src/main/cache/textIndex.ts';
import { openQuery } from '../../../src/main/cache/query.ts';
import { bestFirst, type Filter, type Sort } from '../../../src/shared/selection.ts';
import { fromJsonBytes, type JsonBytes } from '../../../src/shared/json.ts';
import type { Snippet } from '../../../src/shared/searchHits.ts';
import { fold, words } from '../../../src/shared/searchText.ts';
import type { CallRow } from '../../../src/shared/model.ts';
import { ACCOUNT, all, makeCacheFile, type CacheFile } from '../../support/cacheFile.ts';
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

/** A query as its parts; `words` of a phrase stand next to each other. */
interface Wanted {
  readonly words: readonly string[];
  readonly isPhrase: boolean;
  readonly field: string | undefined;
  readonly negate: boolean;
}

const asTyped = ({ words, isPhrase, field, negate }: Wanted) =>
  `${negate ? '-' : ''}${field === undefined ? '' : `"${field}":`}${isPhrase ? `"${words.join(' ')}"` : words.join('')}`;

const isLike = (one: string, other: string) => {
  const [a, b] = [one, other].map((name) => words(name).map((word) => word.text));
  return String(a) === String(b) && (a?.length !== 0 || fold(one).trim() === fold(other).trim());
};

/** The texts of a call that a field's name means. */
function textsOfField(received: Item, field: string): string[] {
  const texts = (...names: string[]) => names.flatMap((name) => textsOf(received[name]));
  const outcomes = Object.entries((received['outcomes'] ?? {}) as object).filter(([key]) => isLike(key, field));
  const named: Record<string, () => string[]> = {
    name: () => texts('name'),
    phone: () => texts('phone_number'),
    id: () => texts('call_id', 'external_id'),
    status: () => texts('status'),
    outcomes: () => Object.values((received['outcomes'] ?? {}) as object).flatMap(shownTexts),
    agent: () => ['Agent'],
    started: () =>
      texts('started_at').map((time) => new Date(time).toLocaleDateString('sv-SE', { timeZone: all.timeZone })),
  };
  return [
    ...(Object.hasOwn(named, field) ? (named[field]?.() ?? []) : []),
    ...outcomes.flatMap(([, value]) => shownTexts(value)),
  ];
}

/** An answer of yes or no is found too, where it is one of an outcome key. */
const shownTexts = (value: unknown) => (typeof value === 'boolean' ? [String(value)] : textsOf(value));

/** A scan of one call, straight from what the query means. */
function naiveHas(received: Item, { words: wanted, isPhrase, field }: Wanted): boolean {
  const { outcomes, ...others } = received;
  const texts =
    field === undefined
      ? [
          ...Object.entries(others).flatMap(([name, value]) => (notText.includes(name) ? [] : textsOf(value))),
          ...Object.values((outcomes ?? {}) as object).flatMap(shownTexts),
        ]
      : textsOfField(received, field);
  const last = wanted.length - 1;
  const mayGoOn = !isPhrase && [...(wanted[last] ?? '')].length > 1;
  const isInWords = texts.some((text) => {
    const found = words(text).map((word) => word.text);
    return found.some((_, at) =>
      wanted.every((word, i) => (mayGoOn && i === last ? found[at + i]?.startsWith(word) : found[at + i] === word)),
    );
  });
  if (isInWords || isPhrase) return isInWords;
  const word = wanted.join('');
  const fieldsWithParts: Record<string, string[]> = {
    name: ['name'],
    phone: ['phone_number', 'digits'],
    id: ['external_id', 'call_id'],
  };
  const withParts =
    field === undefined
      ? Object.values(fieldsWithParts).flat()
      : Object.hasOwn(fieldsWithParts, field)
        ? (fieldsWithParts[field] ?? [])
        : [];
  const digits = String(received['phone_number'] ?? '').replace(/\D/g, '');
  const parts = withParts.map((name) => (name === 'digits' ? digits : fold(String(received[name] ?? ''))));
  return [...word].length >= 3 && parts.some((part) => part.includes(word));
}

function idsFound(cache: CacheFile, text: string): string[] {
  const order = cache.reader.order({ ...all, text }, [{ column: 'call_id', descending: false }]);
  return cache.reader
    .calls(order)
    .map(({ call }) => call.call_id)
    .sort();
}

interface Picked {
  readonly pick: number;
  readonly cut: number;
  readonly isPhrase: boolean;
  readonly field: string | number | undefined;
  readonly negate: boolean;
}

/** Picks from what the calls hold, so that queries find something. */
const wanted: fc.Arbitrary<Picked> = fc.record({
  pick: fc.nat(),
  cut: fc.nat(4),
  isPhrase: fc.boolean(),
  field: fc.option(
    fc.oneof(fc.constantFrom('name', 'phone', 'id', 'status', 'outcomes', 'agent', 'started'), fc.nat()),
    { nil: undefined },
  ),
  negate: fc.nat(3).map((n) => n === 0),
});
/** Of each list one must hold; mostly there is one. */
const wantedQuery = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.array(wanted, { minLength: 1, maxLength: 1 }) },
    fc.array(wanted, { minLength: 2, maxLength: 3 }),
  ),
  { minLength: 1, maxLength: 2 },
);

/** What a person might type to find something of these calls. */
function queriesOn(received: readonly Item[], picks: readonly (readonly Picked[])[]) {
  const cutTexts = (texts: string[]) =>
    texts.map((text) => words(text).map((word) => word.text)).filter((text) => text.length > 0);
  const keys = received
    .flatMap((call) => Object.keys((call['outcomes'] ?? {}) as object))
    // What cannot be written in quotes.
    .filter((key) => !/["“”„‟«»＂「」『』]/.test(key));
  return picks
    .map((group) =>
      group.flatMap(({ pick, cut, isPhrase, field, negate }): Wanted[] => {
        const name = typeof field === 'number' ? keys[field % Math.max(keys.length, 1)] : field;
        const known = cutTexts(
          received.flatMap((call) => (name === undefined ? textsOf(call) : textsOfField(call, name))),
        );
        const text = known[pick % Math.max(known.length, 1)] ?? ['nothing'];
        const at = (pick >> 8) % text.length;
        const word = [...(text[at] ?? '')];
        const picked = isPhrase ? text.slice(at, at + 3) : [word.slice(0, Math.max(1, word.length - cut)).join('')];
        // What folding or cutting leaves must be a word again: "½" is "1⁄2", half a Hangul syllable is not typed alone.
        const isTypable = picked.every((one) => words(one).length === 1 && words(one)[0]?.text === one);
        return isTypable && (field === undefined || name !== undefined)
          ? [{ words: picked, isPhrase, field: name, negate: negate && !/^\d/.test(picked[0] ?? '') }]
          : [];
      }),
    )
    .filter((group) => group.length > 0);
}

test('search finds what a naive scan finds', () => {
  let telling = 0;
  fc.assert(
    fc.property(items, fc.array(wantedQuery, { minLength: 20, maxLength: 20 }), (calls, queries) => {
      const cache = makeCacheFile();
      try {
        cache.ingest('one', calls, 6);
        const received = JSON.parse(JSON.stringify(calls)) as Item[];
        for (const picks of queries) {
          const query = queriesOn(received, picks);
          const expected = received
            .filter((call) => query.every((group) => group.some((one) => naiveHas(call, one) !== one.negate)))
            .map((call) => call.call_id);
          const text = query.map((group) => group.map(asTyped).join(' OR ')).join(' ');
          expect(idsFound(cache, text), text).toEqual(expected.sort());
          if (expected.length > 0 && expected.length < received.length) telling++;
        }
      } finally {
        cache.close();
      }
    }),
    { numRuns: 60 },
  );
  // Queries that find nothing or everything would agree too easily.
  expect(telling).toBeGreaterThan(150);
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
        fc
          .array(
            fc.constantFrom('name', 'status', ':', '"', '-', ' ', 'OR', '*', 'ada', '“', '：', '\0', '\ud800', '('),
          )
          .map((pieces) => pieces.join('')),
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
    external_id: 'INV-2024-0012',
    summary: 'Wants a refund. Call back next week.',
    status: 'completed',
    started_at: '2026-05-14T10:00:00Z',
    outcomes: { Interested: 'Yes', interested: 'not now', price: '5' },
  },
  {
    call_id: 'call_2',
    name: 'Priya Sharma',
    phone_number: '+49 (30) 1234-5678',
    summary: 'Asked about refunds and pricing, said yes',
    status: 'completed',
    started_at: '2026-06-01T10:00:00Z',
    outcomes: { Interested: true, 'Main Objection': null },
  },
  {
    call_id: 'call_3',
    name: '田中 太郎',
    phone_number: '819012345678',
    summary: '東京タワーの近くで会う',
    status: 'no_answer',
    outcomes: { रुचि: 'हिन्दी में बात', 'Main Objection': 'The price is too high', Interested: 'No' },
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
  ['24-00', ['call_1'], 'part of an id over what separates it'],
  ['98-765', ['call_1'], 'and of a phone number that has no separators'],
  ['2400', [], 'separators of an id are part of it'],
  ['東京', ['call_3'], 'words of a script without spaces'],
  ['タワー', ['call_3'], 'from the middle of a sentence without spaces'],
  ['हिन्दी', ['call_3'], 'Devanagari with its vowel signs'],
  ['مهتم', ['call_4'], 'Arabic without its vowels'],
  ['angry', ['call_4'], 'words of a transcript'],
  ['special-marker', ['call_4'], 'words of a field that the provider does not document'],
  ['', ['call_1', 'call_2', 'call_3', 'call_4'], 'nothing typed finds all'],
  ['...', ['call_1', 'call_2', 'call_3', 'call_4'], 'punctuation alone finds all'],
  ['nobody', [], 'a word that is nowhere'],
  ['refund*', ['call_1', 'call_2'], 'a star says what is meant anyway'],
  ['"call ba*"', ['call_1'], 'a star at the end of a phrase'],
  ['"call ba', ['call_1'], 'a phrase that is being typed goes on'],
  ['"call ba"', [], 'a phrase that is closed does not'],
  ['w*', ['call_1'], 'a star after one letter'],
  ['-refund OR week', ['call_1', 'call_3', 'call_4'], 'a minus inside OR'],
  ['–refund', ['call_3', 'call_4'], 'a dash that a keyboard made of a minus'],
  ['name:priya', ['call_2'], 'a field'],
  ['Name: priya', ['call_2'], 'a space after the colon is forgiven'],
  ['name：priya', ['call_2'], 'so is a wide colon'],
  ['name:refund', [], 'a word that stands elsewhere'],
  ['phone:6543', ['call_1'], 'part of a phone number in its field'],
  ['name:6543', [], 'and not in another'],
  ['id:all_2', ['call_2'], 'part of an id'],
  ['-name:priya refund', ['call_1'], 'a field excluded'],
  ['summary:"call back"', ['call_1'], 'a phrase in a field'],
  ['status:completed', ['call_1', 'call_2'], 'a field that plain words do not search'],
  ['completed', [], 'plain words do not search the status'],
  ['status:no_answer', ['call_3'], 'as it is written'],
  ['started:2026-05', ['call_1'], 'a time by its day'],
  ['agent:agent batch:one', ['call_1', 'call_2', 'call_3', 'call_4'], 'fields of the batch'],
  ['interested:yes', ['call_1'], 'an outcome key by its name'],
  ['interested:true', ['call_2'], 'an outcome value that is no text'],
  ['Interested:no', ['call_1', 'call_3'], 'keys that differ in case, and beginnings of words'],
  ['Interested:"no"', ['call_3'], 'quotes make it exact'],
  ['"Main Objection":price', ['call_3'], 'an outcome key with a space'],
  ['main_objection:price', ['call_3'], 'the same key as it is quicker to type'],
  ['outcome:price', ['call_3'], 'any outcome value'],
  ['transcript:angry', ['call_4'], 'a transcript'],
  ['other:special', ['call_4'], 'fields that nobody documents'],
  ['name:', ['call_1', 'call_2', 'call_3', 'call_4'], 'a field whose value is still to be typed'],
  ['elsewhere:refund', [], 'an unknown field is words'],
  ['with:بالعرض', [], 'an unknown field is words in any script'],
])('search for %j finds %j: %s', (text, expected) => {
  const cache = makeCacheFile();
  cache.ingest('one', people);
  expect(idsFound(cache, text)).toEqual(expected);
  cache.close();
});

test('a phrase stands within one text, also where metadata and a field of later are looked for together', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [
    { call_id: 'a', metadata: { City: 'one two three four pune' }, later: 'pune west mumbai' },
    { call_id: 'b', metadata: { City: 'pune' }, later: 'mumbai' },
  ]);
  const found = (text: string) => [text, idsFound(cache, text)];
  expect(['"pune west"', '"four pune"', '"one west"', '"pune mumbai"', 'mumbai'].map(found)).toEqual([
    ['"pune west"', ['a']],
    ['"four pune"', ['a']],
    ['"one west"', []],
    ['"pune mumbai"', []],
    ['mumbai', ['a', 'b']],
  ]);
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

const rowsFound = (cache: CacheFile, text: string) => {
  const query = openQuery(cache.file);
  const { rows } = query.window({ selection: { ...all, text }, sort: [], offset: 0, limit: 100 });
  query.close();
  return fromJsonBytes(rows);
};

const marked = ({ text, hits }: Snippet) =>
  hits.reduceRight((so, { start, end }) => `${so.slice(0, start)}[${so.slice(start, end)}]${so.slice(end)}`, text);

test.each<[string, Record<string, unknown>, [string, string] | null, string]>([
  ['refund', { summary: 'Wants a refund' }, ['summary', 'Wants a [refund]'], 'what a cell shows'],
  ['smith', { name: 'Smithers' }, null, 'a name needs no snippet'],
  ['', { transcript: 'Hello' }, null, 'nor does a search for nothing'],
  ['-refund', { transcript: 'Hello' }, null, 'nor does what is not there'],
  ['hello', { transcript: 'Hello <b>you</b>' }, ['transcript', '[Hello] <b>you</b>'], 'a transcript, as plain text'],
  ['you', { transcript: '<b>you</b> &amp;' }, ['transcript', '<b>[you]</b> &amp;'], 'tags are text'],
  ['marker', { note: 'special-marker' }, ['note', 'special-[marker]'], 'a field that nobody documents, by its name'],
  [
    'refund',
    { summary: `${'word '.repeat(30)}refund ${'more '.repeat(30)}` },
    ['summary', `… ${'word '.repeat(8)}[refund] ${'more '.repeat(14)}mor …`],
    'a long summary round the hit',
  ],
  ['zurich', { transcript: 'Aus Zürich' }, ['transcript', 'Aus [Zürich]'], 'accents'],
  ['京', { transcript: '😀東京' }, ['transcript', '😀東[京]'], 'a script without spaces'],
  [
    'refund hello',
    { summary: 'a refund', transcript: 'Hello' },
    ['transcript', '[Hello]'],
    'the term that is not in sight',
  ],
  [
    'summary:hello',
    { transcript: 'Hello', summary: 'Hello' },
    ['summary', '[Hello]'],
    'only the field that was asked for',
  ],
])('a search for %j in %j gives %j: %s', (text, call, expected) => {
  const cache = makeCacheFile();
  cache.ingest('one', [{ call_id: 'a', ...call }]);
  const [row] = rowsFound(cache, text);
  const snippet = row?.snippet ?? null;
  expect(snippet === null ? null : [snippet.field, marked(snippet)]).toEqual(expected);
  cache.close();
});

test('a snippet says whether the row shows it, too', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [
    { call_id: 'near', summary: 'a refund' },
    { call_id: 'far', summary: `${'word '.repeat(30)}refund` },
    { call_id: 'said', transcript: 'refund' },
  ]);
  const found = rowsFound(cache, 'refund').map(({ call, snippet }) => [call.call_id, snippet?.isInSight]);
  expect(Object.fromEntries(found)).toEqual({ near: true, far: false, said: false });
  cache.close();
});

test('a snippet marks what was searched for, whatever the text', () => {
  fc.assert(
    fc.property(items, fc.nat(), (calls, pick) => {
      const cache = makeCacheFile();
      try {
        cache.ingest('one', calls);
        const known = calls.flatMap(textsOf).flatMap((text) => words(text));
        const word = known[pick % Math.max(known.length, 1)]?.text ?? 'nothing';
        for (const { snippet } of rowsFound(cache, word)) {
          if (snippet === null) continue;
          expect(snippet.text.length).toBeLessThan(130);
          const hits = snippet.hits.map(({ start, end }) => fold(snippet.text.slice(start, end)));
          expect(hits.length).toBeGreaterThan(0);
        }
      } finally {
        cache.close();
      }
    }),
    { numRuns: 25 },
  );
});

const day = (n: number) => `2026-05-0${n}T10:00:00Z`;
const fitting = [
  { call_id: 'talk', transcript: 'a refund for a late parcel', started_at: day(9) },
  { call_id: 'longer', summary: 'refunds', started_at: day(8) },
  { call_id: 'summary', summary: 'refund', started_at: day(7) },
  { call_id: 'apart', summary: 'late with the parcel', started_at: day(6) },
  { call_id: 'together', summary: 'the late parcel', started_at: day(5) },
  { call_id: 'older', summary: 'a refund', started_at: day(4) },
  { call_id: 'name', name: 'Ina Refund', started_at: day(1) },
];

test.each<[string, readonly Sort[], readonly string[], string]>([
  [
    'refund',
    [bestFirst],
    ['name', 'summary', 'older', 'longer', 'talk'],
    'names, then summaries, then talk; the newer first',
  ],
  ['late parcel', [bestFirst], ['together', 'talk', 'apart'], 'words next to each other'],
  [
    'refund',
    [bestFirst, { column: 'started_at', descending: false }],
    ['name', 'older', 'summary', 'longer', 'talk'],
    'another order among equals',
  ],
  [
    'refund',
    [{ ...bestFirst, descending: false }],
    ['talk', 'longer', 'summary', 'older', 'name'],
    'or the other way round',
  ],
  ['-refund', [bestFirst], ['apart', 'together'], 'nothing to fit: the newest first'],
])('of calls found by %j, sorted by %j, come %j: %s', (text, sort, expected) => {
  const cache = makeCacheFile();
  cache.ingest('one', fitting);
  const order = cache.reader.order({ ...all, text }, sort);
  expect(cache.reader.calls(order).map(({ call }) => call.call_id)).toEqual(expected);
  const { rowIds, total } = cache.reader.window({ ...all, text }, sort, 1, 2);
  expect([total, ...cache.reader.calls(rowIds).map(({ call }) => call.call_id)]).toEqual([
    expected.length,
    ...expected.slice(1, 3),
  ]);
  cache.close();
});

test('full text asks its index, not the rows', () => {
  const cache = makeCacheFile();
  const db = new Database(cache.file, { readonly: true });
  const plan = db
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${SELECT_CHUNKS}`)
    .all('[]', 0, Buffer.of(), 0, Buffer.of())
    .map(({ detail }) => detail);
  const index = 'USING (COVERING )?INDEX sqlite_autoindex_text_chunk_1';
  expect(plan.filter((line) => line.startsWith('SEARCH') || line.startsWith('SCAN'))).toEqual([
    expect.stringMatching('^SCAN list VIRTUAL TABLE'),
    expect.stringMatching(
      `^SEARCH chunk ${index} \\(batch_no=\\? AND slice=\\? AND kind=\\? AND first_term>\\? AND first_term<\\?\\)$`,
    ),
    expect.stringMatching(
      `^SEARCH text_chunk ${index} \\(batch_no=\\? AND slice=\\? AND kind=\\? AND first_term<\\?\\)$`,
    ),
  ]);
  db.close();
  cache.close();
});

test.each<{ sort: readonly Sort[] }>([{ sort: [] }, { sort: [bestFirst] }])(
  'a window beside a call goes on from where that call stands now: by $sort',
  ({ sort: first }) => {
    const cache = makeCacheFile();
    const item = (call_id: string) => ({ call_id, name: 'Asha' });
    const older = ['b', 'd', 'f', 'h', 'j'].map(item);
    cache.ingest('one', older);
    const query = openQuery(cache.file);
    const sort = [...first, { column: 'call_id', descending: false }];
    const question = { selection: { ...all, text: 'asha' }, sort, limit: 2 };
    const read = (rows: JsonBytes<readonly CallRow[]>) => fromJsonBytes(rows);
    const [d] = read(query.window({ ...question, offset: 1 }).rows);
    cache.ingest('one', [...older, item('a'), item('c'), item('e')]);
    const on = query.window({
      ...question,
      offset: 2,
      beside: { calls: [{ rowId: d?.rowId ?? 0, place: 1 }], total: 5 },
    });
    expect([on.offset, read(on.rows).map(({ call }) => call.call_id)]).toEqual([4, ['e', 'f']]);
    // One that is not there says nothing.
    expect(query.window({ ...question, offset: 2, beside: { calls: [{ rowId: 1, place: 0 }], total: 5 } }).offset).toBe(
      2,
    );
    query.close();
    cache.close();
  },
);

test.each([
  { moved: 'to the end', seconds: 1_000 },
  { moved: 'to the beginning', seconds: 1 },
  { moved: 'out of the selection', seconds: null },
])('a window beside calls goes on where most of them end, not beside one that a sync brought $moved', ({ seconds }) => {
  const cache = makeCacheFile();
  const item = (duration_seconds: number) => ({ call_id: `lasts ${duration_seconds}`, duration_seconds });
  const older = Array.from({ length: 30 }, (_, i) => item(100 + i));
  cache.ingest('one', older);
  const query = openQuery(cache.file);
  const of = { column: 'duration_seconds' };
  const lasts: Filter = { op: 'range', of, from: 0, fromExclusive: false, to: null, toInclusive: false };
  const sort = [{ column: 'duration_seconds', descending: false }];
  const question = { selection: { ...all, filters: [lasts] }, sort };
  const read = (rows: JsonBytes<readonly CallRow[]>) => fromJsonBytes(rows);
  const rows = read(query.window({ ...question, offset: 0, limit: 10 }).rows);
  cache.ingest('one', [
    ...[2, 3].map(item),
    ...older.slice(0, 9),
    { ...older[9], duration_seconds: seconds },
    ...older.slice(10),
  ]);
  const calls = [9, 8, 7, 6, 5].map((place) => ({ rowId: rows[place]?.rowId ?? 0, place }));
  const on = query.window({ ...question, offset: 10, limit: 2, beside: { calls, total: 30 } });
  expect(read(on.rows).map(({ call }) => call.call_id)).toEqual(['lasts 110', 'lasts 111']);
  query.close();
  cache.close();
});

test('rows of a window and their counts are of one state of the cache, whatever is written while it is answered', () => {
  const cache = makeCacheFile();
  cache.ingest('one', [{ call_id: 'a' }, { call_id: 'b' }]);
  const query = openQuery(cache.file);
  const question = { selection: all, sort: [{ column: 'call_id', descending: false }], offset: 0, limit: 10 };
  const idsOf = (rows: JsonBytes<readonly CallRow[]>) => fromJsonBytes(rows).map(({ call }) => call.call_id);
  // It is asked between finding the calls and reading them.
  const throwIfCancelled = () => {
    cache.writer.deleteBatch(`${ACCOUNT}/one`);
    cache.ingest('two', [{ call_id: 'x' }, { call_id: 'y' }, { call_id: 'z' }]);
  };
  const first = query.window(question, { throwIfCancelled, progress: () => undefined, transfer: () => undefined });
  expect([first.total, first.all, idsOf(first.rows)]).toEqual([2, 2, ['a', 'b']]);
  const next = query.window(question);
  expect([next.total, next.all, idsOf(next.rows)]).toEqual([3, 3, ['x', 'y', 'z']]);
  query.close();
  cache.close();
});
