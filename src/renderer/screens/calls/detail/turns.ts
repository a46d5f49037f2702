import { displayValue, formatDuration } from '../../../../shared/format.ts';
import type { Json } from '../../../../shared/json.ts';

/** A transcript in turns. The provider documents no form for it, so the common names are tried and nothing is lost. Pure. */

export interface Turn {
  readonly speaker: string | null;
  readonly at: string | null;
  readonly text: string;
}

type Fields = { readonly [key: string]: Json };

function firstOf(turn: Fields, names: readonly string[]): Json {
  for (const name of names) if (Object.hasOwn(turn, name)) return turn[name] ?? null;
  return null;
}

function turnOf(turn: Json): Turn {
  if (typeof turn !== 'object' || turn === null || Array.isArray(turn))
    return { speaker: null, at: null, text: displayValue(turn) };
  const fields = turn as Fields;
  const speaker = firstOf(fields, ['speaker', 'role', 'from', 'name']);
  const at = firstOf(fields, ['start', 'time', 'timestamp', 'start_seconds', 'offset']);
  const text = firstOf(fields, ['text', 'content', 'message', 'utterance']);
  if (text === null) return { speaker: null, at: null, text: displayValue(turn) };
  return {
    speaker: speaker === null ? null : displayValue(speaker),
    at: at === null ? null : typeof at === 'number' ? formatDuration(at) : displayValue(at),
    text: displayValue(text),
  };
}

/** Letters that are drawn at once: transcripts are shorter, and one of megabytes would hold up the window for seconds. */
export const LETTERS_AT_ONCE = 50_000;

/** Where a turn that is too long for one portion may be cut: behind a word if one ends near, and never with half a character at its end. */
function cutAt(text: string, most: number): number {
  const space = text.lastIndexOf(' ', most - 1);
  if (space > most / 2) return space + 1;
  return /[\ud800-\udbff]/.test(text[most - 1] ?? '') ? most - 1 : most;
}

/** The turns in order in portions that are drawn one at a time, each of at most so many letters. A longer turn goes on in the next portion. */
export function portionsOf(turns: readonly Turn[], letters: number): readonly (readonly Turn[])[] {
  const portions: Turn[][] = [[]];
  let room = letters;
  const add = (turn: Turn) => {
    if (turn.text.length > room && room < letters) {
      portions.push([]);
      room = letters;
    }
    portions.at(-1)?.push(turn);
    room -= turn.text.length;
  };
  for (const turn of turns) {
    let { speaker, at, text } = turn;
    while (text.length > letters) {
      const end = cutAt(text, letters);
      add({ speaker, at, text: text.slice(0, end) });
      [speaker, at, text] = [null, null, text.slice(end)];
    }
    add({ speaker, at, text });
  }
  return portions;
}

/** Letters of a portion. */
export function lettersOf(portion: readonly Turn[]): number {
  return portion.reduce((sum, { text }) => sum + text.length, 0);
}

export function turnsOf(transcript: Json): readonly Turn[] {
  if (Array.isArray(transcript)) return transcript.map(turnOf);
  if (typeof transcript !== 'string') return [turnOf(transcript)];
  return transcript
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((text) => ({ speaker: null, at: null, text }));
}
