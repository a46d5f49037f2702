import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOf, repeatedFields, type RawCall } from '../../../src/main/rawCalls/rawCall.ts';
import { numberAt, textAt, timeAt } from '../../../src/main/rawCalls/values.ts';
import { callOf, contactRest, documentedFields, readItem, timeOf } from '../../../src/shared/call.ts';
import { metadataColumn, outcomeColumn } from '../../../src/shared/columns.ts';
import { item } from '../../support/items.ts';
import { rawCalls } from '../../support/rawCalls.ts';

/** Reading calls from the bytes of their items says what parsing them says. */

/** The same JSON as another program may write it: spaces, letters by their numbers. */
const written = (value: unknown, { indent, isEscaped }: { indent: number; isEscaped: boolean }): string => {
  const json = `${' '.repeat(indent)}${JSON.stringify(value, undefined, indent)}`;
  return isEscaped
    ? json.replace(/[^\x00-\x7f]|[c_]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : json;
};
const style = fc.record({ indent: fc.constantFrom(0, 0, 1), isEscaped: fc.boolean() });
const moreFields = fc.record(
  {
    transcript: fc.jsonValue({ maxDepth: 2 }),
    metadata: fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant({ City: 'Pune', Age: 4 })),
    'a field of later': fc.jsonValue({ maxDepth: 1 }),
    external_id: fc.integer(),
    recording: fc.constantFrom(null, {}, { available: null }, { file_key: 'a"b', later: 1, available: true }),
    started_at: fc.constantFrom(
      '2026-02-28T23:59:59Z',
      '2026-02-29T00:00:00Z',
      '2026-02-30 10:00',
      '1969-12-31T23:59:59Z',
    ),
    duration_seconds: fc.constantFrom(0, -3, 2.5, 123456789012345, 1e3),
  },
  { requiredKeys: [] },
);
/** Text of a number that a double cannot hold, an exponent, a name that stands twice. */
const oddBeginning = fc.constantFrom(
  '',
  '"outcomes":{"Policy":12345678901234567890,"Policy":1e400,"Next":1.0,"Next":1},',
  '"status":"old","metadata":{"City":"old"},"a field of later":[1],',
  '"n\\u0061me":"Zo\\u00eb","later":9007199254740993,',
);
const itemText = fc
  .tuple(item, moreFields, oddBeginning, style)
  .map(([fields, more, odd, how]) => written({ ...fields, ...more }, how).replace('{', `{${odd}`));

/** What a call holds, in one form. */
function contentsOf(call: RawCall) {
  const spanOf = <T>(field: keyof typeof placeOf, read: (bytes: Buffer, start: number, end: number) => T): T | null => {
    const start = call.starts[placeOf[field]] ?? -1;
    return start < 0 ? null : read(call.bytes, start, call.ends[placeOf[field]] ?? 0);
  };
  const values = [...call.values.subarray(0, call.count)].map((number) => call.different[number]);
  const keysOf = (of: string) =>
    values.flatMap((value) => (value?.of === of ? [[value.column, value.value] as const] : [])).sort();
  return {
    repeated: repeatedFields.map((field) => call.value(field)),
    texts: (['call_id', 'external_id', 'phone_number', 'summary', 'file_key'] as const).map((f) => spanOf(f, textAt)),
    numbers: (['duration_seconds', 'answer_duration_seconds'] as const).map((field) => spanOf(field, numberAt)),
    times: (['started_at', 'ended_at'] as const).map((field) => spanOf(field, timeAt)),
    outcomes: keysOf('outcomes'),
    metadata: keysOf('metadata'),
    transcript: call.transcript(),
    extra: call.extra().toSorted(byJson),
  };
}

function expectedOf(received: string, contact: string | null): ReturnType<typeof contentsOf> {
  const call = callOf(received, contact);
  const time = (text: string | null) => (text === null ? null : timeOf(text));
  return {
    repeated: repeatedFields.map((field) =>
      field === 'available' ? (call.recording?.available ?? null) : call[field],
    ),
    texts: [call.call_id, call.external_id, call.phone_number, call.summary, call.recording?.file_key ?? null],
    numbers: [call.duration_seconds, call.answer_duration_seconds],
    times: [time(call.started_at), time(call.ended_at)],
    outcomes: Object.entries(call.outcomes ?? {})
      .map(([key, value]) => [outcomeColumn(key), value] as const)
      .sort(),
    metadata: Object.entries(call.metadata ?? {})
      .map(([key, value]) => [metadataColumn(key), value] as const)
      .sort(),
    transcript: call.transcript,
    extra: Object.values(call.extra).toSorted(byJson),
  };
}

const byJson = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

test('a call read from bytes holds what parsing its item gives, with its contact and without', () => {
  const received = fc.tuple(itemText, fc.option(itemText, { nil: null }));
  fc.assert(
    fc.property(fc.array(received, { maxLength: 6 }), (given) => {
      const items = given.map(([text]) => text);
      const contacts = given.map(([, contact]) => (contact === null ? null : contactRest(contact)));
      const accepted = items.map((text) => readItem(text).ok);
      const some = <T>(all: readonly T[]) => all.filter((_, i) => accepted[i]);
      const read = Array.from(rawCalls(some(items), some(contacts)), contentsOf);
      expect(read).toEqual(some(items).map((text, i) => expectedOf(text, some(contacts)[i] ?? null)));
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  '2026-02-28T23:59:59Z',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-12-31T24:00:00Z',
  '1969-12-31T23:59:59Z',
  '2026.02-28T23:59:59Z',
  '2026-02-28 23:59:59Z',
  '2026-02-28T23-59:59Z',
  '2026-13-01T00:00:00Z',
  '2026-02-28T23:59:60Z',
  '2026-02-28T23:59:5\u0039Z',
  '2026-02-28T23:59',
])('a time %s is read as its text would be', (text) => {
  const bytes = Buffer.from(`"${text}"`);
  expect(timeAt(bytes, 0, bytes.length)).toBe(timeOf(JSON.parse(bytes.toString()) as string));
});

test('every documented field is one that calls are read with', () => {
  expect(Object.keys(placeOf)).toEqual(expect.arrayContaining([...documentedFields]));
});
