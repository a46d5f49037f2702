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

/** The first turns, of so many letters together; the last of them may be cut. `left`: turns that are not there, or not whole. */
export function beginningOf(
  turns: readonly Turn[],
  letters: number,
): { readonly shown: readonly Turn[]; readonly left: number } {
  let room = letters;
  for (const [i, turn] of turns.entries()) {
    room -= turn.text.length;
    if (room >= 0) continue;
    // Not with half a character at its end.
    const text = turn.text.slice(0, turn.text.length + room).replace(/[\ud800-\udbff]$/, '');
    return { shown: [...turns.slice(0, i), ...(text === '' ? [] : [{ ...turn, text }])], left: turns.length - i };
  }
  return { shown: turns, left: 0 };
}

export function turnsOf(transcript: Json): readonly Turn[] {
  if (Array.isArray(transcript)) return transcript.map(turnOf);
  if (typeof transcript !== 'string') return [turnOf(transcript)];
  return transcript
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((text) => ({ speaker: null, at: null, text }));
}
