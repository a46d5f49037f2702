import type { Json } from '../../../src/shared/json.ts';
import type { Agent, Outcomes } from './agent.ts';
import { agents, type AgentName } from './agents.ts';
import { makePerson, type Culture } from './people.ts';
import { createRandom, hashOf, type Random } from './random.ts';

/** Calls that look like a provider's, made from a seed: the call at an index is always the same and needs no other call to be made. */

export interface ProviderCall {
  readonly call_id: string;
  readonly external_id: string;
  readonly phone_number: string;
  readonly name: string;
  readonly status: string;
  readonly duration_seconds: number | null;
  readonly answer_duration_seconds: number | null;
  readonly disconnect_reason: string | null;
  readonly transcript_status: string;
  readonly analysis_status: string;
  readonly summary: string | null;
  readonly outcomes: Outcomes | null;
  readonly recording: { readonly available: boolean; readonly file_key: string | null };
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly transcript?: Json;
}

export interface CallsSpec {
  /** Two batches of another seed have other people and other ids. */
  readonly seed: string;
  readonly agent: AgentName;
  /** Index of the agent's prompt version; the newest if absent. */
  readonly version?: number;
  /** ms since epoch UTC of the first call. */
  readonly startedAt?: number;
  /** Calls carry a transcript as a list of turns. */
  readonly transcripts?: boolean;
}

/** The day of a batch that names none: 2026-10-05T04:30:00Z. */
const DEFAULT_START = Date.UTC(2026, 9, 5, 4, 30);
const SECONDS_BETWEEN_CALLS = 19;
const SECONDS_OF_A_WORKING_DAY = 9 * 3600;

const STATUSES = [
  ['completed', 61],
  ['no_answer', 18],
  ['voicemail', 8],
  ['busy', 7],
  ['failed', 6],
] as const;
type Status = (typeof STATUSES)[number][0];

/** Names a call of a batch: different for each index of a seed, because an odd factor and an xor lose nothing of it. */
function callIdOf(seed: string, index: number): string {
  const own = (Math.imul(index + 1, 0x9e3779b1) ^ hashOf(seed)) >>> 0;
  const batch = hashOf(`calls of ${seed}`) & 0xffff;
  return `call_${batch.toString(16).padStart(4, '0')}${own.toString(16).padStart(8, '0')}`;
}

function randomOf(seed: string, index: number): Random {
  return createRandom(hashOf(seed) ^ Math.imul(index + 1, 0x85ebca6b));
}

/** How the call at `index` will end: its first draw, so that a batch can be counted without making its calls. */
export function makeStatus(seed: string, index: number): Status {
  return randomOf(seed, index).weigh(STATUSES);
}

function startOf(first: number, index: number, random: Random): number {
  const second = index * SECONDS_BETWEEN_CALLS + random.int(0, SECONDS_BETWEEN_CALLS - 1);
  const day = Math.floor(second / SECONDS_OF_A_WORKING_DAY);
  return first + (day * 86_400 + (second % SECONDS_OF_A_WORKING_DAY)) * 1000;
}

/** ISO 8601 in UTC to the second, as the provider writes times. */
export function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

interface Course {
  readonly ringing: number;
  readonly talking: number;
  readonly reason: string;
}

function courseOf(status: Status, random: Random): Course {
  switch (status) {
    case 'completed':
      return {
        ringing: random.int(3, 22),
        // Most are short, a few long: the product of two draws is skewed to the left.
        talking: 14 + Math.floor(random.next() * random.next() * 420),
        reason: random.weigh([
          ['agent_hangup', 58],
          ['user_hangup', 38],
          ['max_duration_reached', 4],
        ]),
      };
    case 'voicemail':
      return { ringing: random.int(18, 30), talking: random.int(6, 24), reason: 'voicemail_reached' };
    case 'no_answer':
      return { ringing: random.int(28, 45), talking: 0, reason: 'dial_no_answer' };
    case 'busy':
      return { ringing: random.int(1, 4), talking: 0, reason: 'dial_busy' };
    case 'failed':
      return { ringing: 0, talking: 0, reason: random.pick(['invalid_number', 'dial_failed', 'carrier_error']) };
    default:
      return status satisfies never;
  }
}

/** What the version reports, in its order; now and then the agent did not learn a value and the key is not there. */
function reportedBy(keys: readonly string[], known: Outcomes, random: Random): Outcomes {
  const outcomes: Outcomes = {};
  for (const key of keys) {
    const value = known[key];
    if (value !== undefined && !random.chance(0.03)) outcomes[key] = value;
  }
  return outcomes;
}

function makeTranscript(agent: Agent, person: string, summary: string): Json {
  const turns = [
    ['agent', `Hello, this is ${agent.agent_name}. Am I speaking with ${person}?`],
    ['user', 'Yes, speaking.'],
    ['agent', 'Thank you. This will take a minute.'],
    ['user', 'All right, go ahead.'],
    ['agent', `Let me repeat what I noted. ${summary}`],
    ['user', 'That is correct. Goodbye.'],
  ];
  return turns.map(([role = '', text = ''], turn) => ({ role, text, time: turn * 6 }));
}

/** The call at `index` as it is once its analysis is done. */
export function makeCall(spec: CallsSpec, index: number): ProviderCall {
  const agent: Agent = agents[spec.agent];
  const version = agent.versions[spec.version ?? agent.versions.length - 1];
  if (version === undefined) throw new RangeError(`${spec.agent} has no version ${spec.version}`);
  const random = randomOf(spec.seed, index);
  const status = random.weigh(STATUSES);
  const culture: Culture = random.weigh(agent.cultures);
  const person = makePerson(random, culture);
  const start = startOf(spec.startedAt ?? DEFAULT_START, index, random);
  const { ringing, talking, reason } = courseOf(status, random);
  const callId = callIdOf(spec.seed, index);
  const isFailedAnalysis = status === 'completed' && random.chance(0.006);
  const talk =
    status === 'completed' && !isFailedAnalysis
      ? agent.talk(random, start, culture)
      : status === 'voicemail'
        ? { summary: 'Reached voicemail. A short message was left.', outcomes: {} }
        : null;
  const analysis = talk !== null ? 'ready' : isFailedAnalysis ? 'failed' : 'disabled';
  return {
    call_id: callId,
    external_id: String(100_001 + index),
    phone_number: person.phone,
    name: person.name,
    status,
    duration_seconds: ringing + talking,
    answer_duration_seconds: talking,
    disconnect_reason: reason,
    transcript_status: talking > 0 ? 'ready' : 'disabled',
    analysis_status: analysis,
    summary: talk?.summary ?? null,
    outcomes: talk === null ? null : reportedBy(version.keys, talk.outcomes, random),
    recording:
      talking > 0 ? { available: true, file_key: `recordings/${callId}.wav` } : { available: false, file_key: null },
    started_at: isoSeconds(start),
    ended_at: isoSeconds(start + (ringing + talking) * 1000),
    ...(spec.transcripts === true && talk !== null
      ? { transcript: makeTranscript(agent, person.name, talk.summary) }
      : {}),
  };
}

/** Calls `from`, `from + 1`, … of the endless row that the spec stands for. */
export function makeCalls(spec: CallsSpec & { readonly count: number; readonly from?: number }): ProviderCall[] {
  const { count, from = 0 } = spec;
  return Array.from({ length: count }, (_, at) => makeCall(spec, from + at));
}

/** The same call earlier in its life: 0 on the line, 1 just ended, 2 transcribed, 3 and more analysed. */
export function atAge(call: ProviderCall, age: number): ProviderCall {
  if (age >= 3) return call;
  const { transcript: _later, ...early } = call;
  if (age <= 0) {
    return {
      ...early,
      status: 'in_progress',
      duration_seconds: null,
      answer_duration_seconds: null,
      disconnect_reason: null,
      transcript_status: 'pending',
      analysis_status: 'pending',
      summary: null,
      outcomes: null,
      recording: { available: false, file_key: null },
      ended_at: null,
    };
  }
  if (call.transcript_status === 'disabled') return call;
  return {
    ...early,
    transcript_status: age === 1 ? 'processing' : 'ready',
    analysis_status: age === 1 ? 'pending' : 'processing',
    summary: null,
    outcomes: null,
  };
}
