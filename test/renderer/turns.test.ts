import { expect, test } from 'vitest';
import { portionsOf, turnsOf } from '../../src/renderer/screens/calls/detail/turns.ts';

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

test('a transcript is cut into portions, and nothing of it is lost or halved', () => {
  const texts = (letters: number) =>
    portionsOf(turnsOf(['aaaa', 'bb😀b', 'cc']), letters).map((turns) => turns.map(({ text }) => text));
  expect(texts(11)).toEqual([['aaaa', 'bb😀b', 'cc']]);
  expect(texts(10)).toEqual([['aaaa', 'bb😀b'], ['cc']]);
  expect(texts(5)).toEqual([['aaaa'], ['bb😀b'], ['cc']]);
  expect(texts(3)).toEqual([['aaa'], ['a', 'bb'], ['😀b'], ['cc']]);
  expect(portionsOf([], 10)).toEqual([[]]);
});

test('a turn of megabytes is cut between its words; who speaks is told once', () => {
  const text = 'some words '.repeat(50_000);
  const portions = portionsOf([{ speaker: 'agent', at: '0:01', text }], 50_000);
  expect(portions.every((turns) => turns.every((turn) => turn.text.length <= 50_000 && turn.text.endsWith(' ')))).toBe(
    true,
  );
  const turns = portions.flat();
  expect(turns.map((turn) => turn.text).join('')).toBe(text);
  expect(turns.filter(({ speaker }) => speaker !== null)).toHaveLength(1);
});
