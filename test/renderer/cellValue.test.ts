import { expect, test } from 'vitest';
import { cellOf, filterOf, searchFor, valueOf, type Surroundings } from '../../src/renderer/screens/calls/cellValue.ts';
import { parseJson } from '../../src/shared/json.ts';
import type { CallRow } from '../../src/shared/model.ts';

const around: Surroundings = { batches: new Map(), accounts: new Map(), timeZone: 'Europe/Berlin', maskPhones: false };

function row(call: Partial<CallRow['call']>): CallRow {
  return {
    rowId: 1,
    batch: 'a/b',
    goneAt: null,
    annotation: null,
    snippet: null,
    call: {
      call_id: 'c',
      external_id: null,
      phone_number: null,
      name: null,
      status: 'completed',
      duration_seconds: null,
      answer_duration_seconds: 10,
      disconnect_reason: null,
      transcript_status: null,
      analysis_status: 'ready',
      summary: null,
      outcomes: null,
      recording: null,
      started_at: null,
      ended_at: null,
      metadata: null,
      ...call,
    },
  };
}

const outcome = (key: string) => ({ id: `outcome:${key}`, kind: 'category' }) as const;

test('an outcome key named __proto__ shows its value, and nothing where the call has none', () => {
  const outcomes = parseJson('{"__proto__":"yes","":"empty"}') as { [key: string]: string };
  expect(valueOf(row({ outcomes }), 'outcome:__proto__', around)).toBe('yes');
  expect(valueOf(row({ outcomes }), 'outcome:', around)).toBe('empty');
  expect(valueOf(row({ outcomes: {} }), 'outcome:__proto__', around)).toBeNull();
  expect(valueOf(row({ outcomes: {} }), 'outcome:constructor', around)).toBeNull();
});

test.each([
  ['not analysed yet', { analysis_status: 'processing' }, 'pending'],
  ['nobody answered', { answer_duration_seconds: 0 }, 'not_applicable'],
  ['the provider sent none', {}, 'missing'],
] as const)('a blank says why: %s', (_words, call, kind) => {
  expect(cellOf(row(call), outcome('Interested'), around)).toEqual({ type: 'blank', kind });
});

test('a time is shown in the chosen zone, a duration as m:ss', () => {
  const call = row({ started_at: '2026-05-14T10:30:00Z', duration_seconds: 83 });
  expect(cellOf(call, { id: 'started_at', kind: 'time' }, around)).toMatchObject({ text: '2026-05-14 12:30:00' });
  expect(cellOf(call, { id: 'duration_seconds', kind: 'duration' }, around)).toMatchObject({ text: '1:23' });
});

test('keeping a value keeps exactly that value', () => {
  const cell = cellOf(row({ outcomes: { Interested: 'Yes' } }), outcome('Interested'), around);
  expect(filterOf(outcome('Interested'), cell, true)).toEqual({
    op: 'any',
    of: { column: 'outcome:Interested' },
    values: [{ json: '"Yes"' }],
    negate: true,
  });
  const duration = { id: 'duration_seconds', kind: 'duration' } as const;
  expect(filterOf(duration, cellOf(row({ duration_seconds: 83 }), duration, around), false)).toMatchObject({
    op: 'range',
    from: 83,
    to: 83,
    toInclusive: true,
  });
});

test.each([
  ['words that stand anywhere', { id: 'name', kind: 'text' }, { name: 'Ada "the" First' }, '"Ada  the  First"'],
  ['a field that must be named', { id: 'status', kind: 'category' }, {}, 'status:"completed"'],
  [
    'a time by its day',
    { id: 'started_at', kind: 'time' },
    { started_at: '2026-05-14T22:30:00Z' },
    'started_at:"2026-05-15"',
  ],
  ['a duration by nothing', { id: 'answer_duration_seconds', kind: 'duration' }, {}, undefined],
  ['an outcome as it came', { id: 'outcome:Booked', kind: 'yes_no' }, { outcomes: { Booked: true } }, '"true"'],
  [
    'a long text by its beginning',
    { id: 'summary', kind: 'text' },
    { summary: 'x'.repeat(201) },
    `"${'x'.repeat(200)}"*`,
  ],
] as const)('searching for a value finds %s', (_words, column, call, search) => {
  const cell = cellOf(row(call), column, around);
  expect(cell.type === 'value' && searchFor(column, cell)).toBe(search);
});

test('what is masked is not put into the search box', () => {
  const phone = { id: 'phone_number', kind: 'text' } as const;
  const cell = cellOf(row({ phone_number: '+49 151 23456789' }), phone, { ...around, maskPhones: true });
  expect(cell.type === 'value' && searchFor(phone, cell)).toBeUndefined();
});
