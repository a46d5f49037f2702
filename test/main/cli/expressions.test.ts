import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseDimensions,
  parseFilter,
  parseMeasure,
  parseSort,
  type Known,
} from '../../../src/main/cli/expressions.ts';
import { dayOf } from '../../../src/main/cli/moments.ts';
import { dimensionId, fieldColumns, outcomeColumn } from '../../../src/shared/columns.ts';
import { measureId } from '../../../src/shared/pivot.ts';

const keys = (...outcomes: string[]): Known => ({ columns: outcomes.map(outcomeColumn), timeZone: 'Europe/Berlin' });
const none = keys();
const range = { op: 'range', from: null, fromExclusive: false, to: null, toInclusive: false };

describe('filters', () => {
  test.each([
    ['status=completed', { op: 'any', of: { column: 'status' }, values: [{ text: 'completed' }], negate: false }],
    [
      'outcome:Interested=Yes|Maybe',
      { op: 'any', of: { column: 'outcome:Interested' }, values: [{ text: 'Yes' }, { text: 'Maybe' }], negate: false },
    ],
    [
      'outcome:Interested!=Yes',
      { op: 'any', of: { column: 'outcome:Interested' }, values: [{ text: 'Yes' }], negate: true },
    ],
    ['outcome:a=b=c', { op: 'any', of: { column: 'outcome:a' }, values: [{ text: 'b=c' }], negate: false }],
    [
      'outcome:Plan=A\\|B|C\\\\',
      { op: 'any', of: { column: 'outcome:Plan' }, values: [{ text: 'A|B' }, { text: 'C\\' }], negate: false },
    ],
    [
      'outcome:Path=C:\\dir',
      { op: 'any', of: { column: 'outcome:Path' }, values: [{ text: 'C:\\dir' }], negate: false },
    ],
    [
      'outcome:Budget=blank',
      { op: 'any', of: { column: 'outcome:Budget' }, values: [{ blank: 'any' }], negate: false },
    ],
    [
      'outcome:Budget=blank:pending|5',
      { op: 'any', of: { column: 'outcome:Budget' }, values: [{ blank: 'pending' }, { text: '5' }], negate: false },
    ],
    [
      'outcome:Budget=\\blank',
      { op: 'any', of: { column: 'outcome:Budget' }, values: [{ text: 'blank' }], negate: false },
    ],
    ['duration_seconds>=60', { ...range, of: { column: 'duration_seconds' }, from: 60 }],
    ['duration_seconds<1:30', { ...range, of: { column: 'duration_seconds' }, to: 90 }],
    ['duration_seconds>1:00:00', { ...range, of: { column: 'duration_seconds' }, from: 3600, fromExclusive: true }],
    [
      'duration_seconds=60|1:30',
      { op: 'any', of: { column: 'duration_seconds' }, values: [{ json: '60' }, { json: '90' }], negate: false },
    ],
    ['outcome:Budget<=12.5', { ...range, of: { column: 'outcome:Budget' }, to: 12.5, toInclusive: true }],
    ['summary~refund', { op: 'contains', of: { column: 'summary' }, text: 'refund', negate: false }],
    ['summary!~refund', { op: 'contains', of: { column: 'summary' }, text: 'refund', negate: true }],
    [
      'started_at:weekday=Monday',
      { op: 'any', of: { column: 'started_at', bin: 'weekday' }, values: [{ text: 'Monday' }], negate: false },
    ],
  ])('%s', (text, filter) => expect(parseFilter(text, none)).toEqual(filter));

  test('a bare date is that day in the time zone', () => {
    const [from, next] = [Date.parse('2026-05-13T22:00:00Z'), Date.parse('2026-05-14T22:00:00Z')];
    const of = { column: 'started_at' };
    expect(parseFilter('started_at=2026-05-14', none)).toEqual({ ...range, of, from, to: next });
    expect(parseFilter('started_at>=2026-05-14', none)).toEqual({ ...range, of, from });
    expect(parseFilter('started_at>2026-05-14', none)).toEqual({ ...range, of, from: next });
    expect(parseFilter('started_at<=2026-05-14', none)).toEqual({ ...range, of, to: next });
    expect(parseFilter('started_at<2026-05-14T10:30:00Z', none)).toEqual({
      ...range,
      of,
      to: Date.parse('2026-05-14T10:30:00Z'),
    });
  });

  test('a day begins after a midnight that clocks skip, and ends after a day of 23 hours', () => {
    expect(dayOf('2018-11-04', 'America/Sao_Paulo')).toEqual({
      from: Date.parse('2018-11-04T03:00:00Z'),
      until: Date.parse('2018-11-05T02:00:00Z'),
    });
    expect(dayOf('2026-02-30', 'UTC')).toBeUndefined();
    const first = Date.parse('0001-01-01T00:00:00Z');
    expect(dayOf('0001-01-01', 'UTC')).toEqual({ from: first, until: first + 86_400_000 });
  });

  test('the longest known key wins', () => {
    expect(parseFilter('outcome:a>=b=1', keys('a', 'a>=b'))).toMatchObject({ of: { column: 'outcome:a>=b' } });
    expect(parseFilter('outcome:==x', keys('='))).toMatchObject({
      of: { column: 'outcome:=' },
      values: [{ text: 'x' }],
    });
    expect(parseFilter('outcome:=x', keys(''))).toMatchObject({ of: { column: 'outcome:' }, values: [{ text: 'x' }] });
  });

  test.each([
    'statuss=completed',
    'status',
    'outcome:Interested',
    'duration_seconds>=long',
    'started_at>yesterday',
    'summary~',
    'started_at!=2026-05-14',
    'outcome:a>',
    '',
  ])('“%s” is refused with what is known', (text) => {
    const parse = () => parseFilter(text, keys('Interested'));
    expect(parse).toThrow(
      expect.objectContaining({ code: 'BAD_EXPRESSION', message: expect.stringContaining(text) as string }),
    );
    expect(parse).toThrow(/disconnect_reason.*“outcome:Interested”/);
  });

  test('any key and any value of a known column can be written', () => {
    const escape = (text: string) =>
      /^blank(:(pending|missing|not_applicable))?$/.test(text) ? `\\${text}` : text.replace(/[\\|]/g, '\\$&');
    const value = fc.oneof(fc.string(), fc.constantFrom('blank', '\\blank', 'blank:pending', 'a|b', '\\', '|', ''));
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(value, { minLength: 1 }),
        fc.boolean(),
        (key, values, negate) => {
          // "=" after a key that ends in "!" reads as "!=" of a shorter key only if that key is known.
          const text = `${outcomeColumn(key)}${negate ? '!=' : '='}${values.map(escape).join('|')}`;
          expect(parseFilter(text, keys(key))).toEqual({
            op: 'any',
            of: { column: outcomeColumn(key) },
            values: values.map((v) => ({ text: v })),
            negate,
          });
        },
      ),
    );
  });
});

describe('dimensions', () => {
  test('are fields, bins and outcome keys', () => {
    expect(parseDimensions('status,started_at:day,outcome:Interested', none)).toEqual([
      { column: 'status' },
      { column: 'started_at', bin: 'day' },
      { column: 'outcome:Interested' },
    ]);
  });

  test('keys have bins of dates, and numbers have steps', () => {
    expect(
      parseDimensions('outcome:When:month,duration_seconds:by60,outcome:Budget:by0.5', keys('When', 'Budget')),
    ).toEqual([
      { column: 'outcome:When', bin: 'month' },
      { column: 'duration_seconds', step: 60 },
      { column: 'outcome:Budget', step: 0.5 },
    ]);
    expect(parseDimensions('outcome:When:month', keys('When', 'When:month'))).toEqual([
      { column: 'outcome:When:month' },
    ]);
    expect(() => parseDimensions('status:by60', none)).toThrow(/No such field/);
  });

  test('a known key may hold commas and look like a list', () => {
    expect(parseDimensions('outcome:a, b,status', keys('a, b'))).toEqual([
      { column: 'outcome:a, b' },
      { column: 'status' },
    ]);
    expect(parseDimensions('outcome:a,status', keys('a,status'))).toEqual([{ column: 'outcome:a,status' }]);
    expect(parseDimensions('outcome:a,status', keys('a'))).toEqual([{ column: 'outcome:a' }, { column: 'status' }]);
  });

  test('an unknown field is refused with what is known', () => {
    expect(() => parseDimensions('stat', keys('Plan'))).toThrow(/“stat”.*status.*“outcome:Plan”/s);
  });

  test('any list of known columns parses back', () => {
    const field = fc.constantFrom(...fieldColumns.map(({ id }) => ({ column: id })), {
      column: 'ended_at',
      bin: 'hour_of_day' as const,
    });
    const key = fc.string({ unit: 'binary' }).filter((text) => !text.includes(',') && text.trim() === text);
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            field,
            key.map((text) => ({ column: outcomeColumn(text) })),
          ),
          { minLength: 1 },
        ),
        (dimensions) => {
          const known = { columns: dimensions.map(({ column }) => column), timeZone: 'UTC' };
          expect(parseDimensions(dimensions.map(dimensionId).join(','), known)).toEqual(dimensions);
        },
      ),
    );
  });
});

describe('measures and sorts', () => {
  test.each([
    'count',
    'avg:duration_seconds',
    'median:outcome:Budget',
    'rate:outcome:Interested=Yes',
    'rate:status=completed',
    'sum:outcome:a:b=c',
    'p90:duration_seconds',
    'p99.9:outcome:Budget',
    'distinct:outcome:Budget',
  ])('%s parses back', (text) => expect(measureId(parseMeasure(text, keys('Interested', 'Budget')))).toBe(text));

  test.each(['total', 'avg:', 'avg:duration', 'rate:status', 'rate:status>5', 'p101:duration_seconds', 'p:name'])(
    'the measure “%s” is refused',
    (text) => {
      expect(() => parseMeasure(text, none)).toThrow(expect.objectContaining({ code: 'BAD_EXPRESSION' }));
    },
  );

  test('a sort is a column and its direction', () => {
    expect(parseSort('started_at:desc', none)).toEqual({ column: 'started_at', descending: true });
    expect(parseSort('name', none)).toEqual({ column: 'name', descending: false });
    expect(parseSort('outcome:a:desc', keys('a:desc'))).toEqual({ column: 'outcome:a:desc', descending: false });
    expect(() => parseSort('nothing', none)).toThrow(/nothing/);
  });
});
