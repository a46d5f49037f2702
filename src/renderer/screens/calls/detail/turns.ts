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

export function turnsOf(transcript: Json): readonly Turn[] {
  if (Array.isArray(transcript)) return transcript.map(turnOf);
  if (typeof transcript !== 'string') return [turnOf(transcript)];
  return transcript
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((text) => ({ speaker: null, at: null, text }));
}
