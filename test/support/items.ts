import fc from 'fast-check';

/** Items of results as a provider may send them, odd keys and values included; for property tests. */

export interface Item {
  readonly call_id: string;
  readonly [field: string]: unknown;
}

const oddKeys = [
  'Interested',
  'interested',
  'Follow Up Required',
  '',
  '__proto__',
  'constructor',
  '=1+1',
  'मुख्य',
  'مهتم',
  '🙂',
  'a:b',
  'a,b',
  'a=b|c',
];
const oddTexts = [
  'Yes',
  'No',
  'Maybe',
  '',
  ' ',
  '2026-05-20',
  '5',
  '＝cmd',
  '<b>refund</b>',
  'Zürich',
  'zurich',
  'İstanbul',
  'हिन्दी में',
  'مهتم جدا',
  '東京タワー',
  "O'Brien",
  'follow-up',
  'a\u0000b',
  '"quoted"',
  '_x0041_',
];

export const outcomeKey = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...oddKeys) }, fc.string({ maxLength: 8 }));
const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...oddTexts) },
  fc.lorem({ maxCount: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const outcomeValue = fc.oneof(
  { weight: 6, arbitrary: text },
  fc.constantFrom(null, true, false, 0, 5, -3.5, 1e21),
  fc.jsonValue({ maxDepth: 2 }),
);
const outcomes = fc
  .array(fc.tuple(outcomeKey, outcomeValue), { maxLength: 5 })
  // fromEntries, so that __proto__ becomes a key like any other.
  .map((entries) => Object.fromEntries(entries) as Record<string, unknown>);
const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

export const item: fc.Arbitrary<Item> = fc
  .record({
    call_id: fc.string({ minLength: 1, maxLength: 10 }),
    external_id: orNull(fc.nat(999).map(String)),
    phone_number: orNull(
      fc.oneof(
        fc.integer({ min: 910000000000, max: 919999999999 }).map(String),
        fc.constantFrom('+49 (30) 1234-5678', ''),
      ),
    ),
    name: orNull(text),
    status: fc.constantFrom('completed', 'failed', 'no_answer', 'Ringing?'),
    duration_seconds: orNull(fc.nat(600)),
    answer_duration_seconds: fc.constantFrom(null, 0, 1, 30, 299),
    disconnect_reason: orNull(fc.constantFrom('agent_hangup', 'user_hangup')),
    transcript_status: fc.constantFrom('ready', 'disabled'),
    analysis_status: fc.constantFrom('ready', 'pending', 'processing', 'disabled', 'failed'),
    summary: orNull(text),
    outcomes: orNull(outcomes),
    recording: orNull(fc.record({ available: fc.boolean(), file_key: orNull(fc.constant('recordings/x.wav')) })),
    started_at: orNull(time),
    ended_at: orNull(time),
  })
  .chain((base) =>
    fc.record({ base: fc.constant(base), transcript: text, unknown: fc.jsonValue({ maxDepth: 1 }), which: fc.nat(3) }),
  )
  .map(({ base, transcript, unknown, which }) => ({
    ...base,
    ...(which === 1 ? { transcript } : which === 2 ? { transcript: [{ role: 'agent', text: transcript }] } : {}),
    ...(which === 3 ? { a_new_field: unknown } : {}),
  }));

/** Items of one batch: no id twice. */
export const items = fc.uniqueArray(item, { selector: ({ call_id }) => call_id, maxLength: 25 });
