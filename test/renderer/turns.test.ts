import { expect, test } from 'vitest';
import { turnsOf } from '../../src/renderer/screens/calls/detail/turns.ts';

test('a transcript is read as text, as turns, and never lost', () => {
  expect(turnsOf('Hello\n\nHi')).toEqual([
    { speaker: null, at: null, text: 'Hello' },
    { speaker: null, at: null, text: 'Hi' },
  ]);
  expect(turnsOf([{ role: 'agent', start: 64, text: 'Hello' }])).toEqual([
    { speaker: 'agent', at: '1:04', text: 'Hello' },
  ]);
  expect(turnsOf([{ odd: 1 }])).toEqual([{ speaker: null, at: null, text: '{"odd":1}' }]);
});
