import { expect, test } from 'vitest';
import { beginningOf, turnsOf } from '../../src/renderer/screens/calls/detail/turns.ts';

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

test('a transcript of megabytes is drawn from its beginning on, and says how much is left', () => {
  const turns = turnsOf(['aaaa', 'bb😀b', 'cc']);
  const texts = (letters: number) => {
    const { shown, left } = beginningOf(turns, letters);
    return [...shown.map(({ text }) => text), left];
  };
  expect(texts(11)).toEqual(['aaaa', 'bb😀b', 'cc', 0]);
  expect(texts(10)).toEqual(['aaaa', 'bb😀b', 'c', 1]);
  expect(texts(7)).toEqual(['aaaa', 'bb', 2]);
  expect(texts(4)).toEqual(['aaaa', 2]);
  expect(beginningOf(turnsOf('x'.repeat(5_000_000)), 50_000)).toMatchObject({
    left: 1,
    shown: [{ text: 'x'.repeat(50_000) }],
  });
});
