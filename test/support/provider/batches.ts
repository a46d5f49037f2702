import type { ProviderBatch } from '../../../src/shared/model.ts';
import { agents, type AgentName } from './agents.ts';
import { atAge, isoSeconds, makeCall, makeStatus, type CallsSpec, type ProviderCall } from './data.ts';
import { makeEdgeCases } from './edgeCases.ts';
import { hashOf } from './random.ts';

/** What the sample provider has: batches, and for each a source that makes its calls when they are asked for. */

/** A batch with its items, as plain data or as a source. What the batch does not say is filled in by the server. */
export interface ServedBatch {
  readonly batch: ProviderBatch;
  readonly items: readonly unknown[] | CallSource;
}

/** `polls`: how often the results have been asked for from their first page. */
export interface CallSource {
  /** People to be called. */
  readonly contacts: number;
  /** Items that the results list. */
  total(polls: number): number;
  items(offset: number, limit: number, polls: number): readonly unknown[];
  /** Every call of the results is over and analysed as far as it will be. */
  isAtRest(polls: number): boolean;
  count(polls: number): { readonly completed: number; readonly failed: number };
  /** The person at `index` of the batch, whether called yet or not. */
  contact(index: number, polls: number): { readonly call: Partial<ProviderCall>; readonly isCalled: boolean };
}

export interface RunningSpec {
  /** Calls begun before the first poll. */
  readonly begun: number;
  /** Calls begun between two polls. */
  readonly perPoll: number;
}

/** The first `count` calls of the spec, all over; or, with `running`, on their way there, newest first. */
export function callSource(spec: CallsSpec, count: number, running?: RunningSpec): CallSource {
  const begunAt = (polls: number) =>
    running === undefined ? count : Math.min(count, running.begun + running.perPoll * Math.max(0, polls - 1));
  // In polls since the call began; what was there before the first poll is thought to have come in the same steps.
  const ageOf = (index: number, polls: number) => {
    if (running === undefined) return Infinity;
    const beganAt = Math.floor((index - running.begun) / running.perPoll) + 1;
    return Math.max(1, polls) - 1 - beganAt;
  };
  const counts = new Map<number, { completed: number; failed: number }>();
  return {
    contacts: count,
    total: begunAt,
    items: (offset, limit, polls) => {
      const total = begunAt(polls);
      const length = Math.max(0, Math.min(limit, total - offset));
      return Array.from({ length }, (_, at) => {
        const index = running === undefined ? offset + at : total - 1 - offset - at;
        return atAge(makeCall(spec, index), ageOf(index, polls));
      });
    },
    isAtRest: (polls) => running === undefined || ageOf(count - 1, polls) >= 3,
    count: (polls) => {
      const begun = begunAt(polls);
      const known = counts.get(begun);
      if (known !== undefined) return known;
      const statuses = Array.from({ length: begun }, (_, index) => makeStatus(spec.seed, index));
      const completed = statuses.filter((status) => status === 'completed' || status === 'voicemail').length;
      const counted = { completed, failed: begun - completed };
      counts.set(begun, counted);
      return counted;
    },
    contact: (index, polls) => {
      const isCalled = index < begunAt(polls);
      const call = makeCall(spec, index);
      return { call: isCalled ? atAge(call, ageOf(index, polls)) : call, isCalled };
    },
  };
}

/** An id as the provider gives them, the same for the same name. */
export function scheduleId(name: string): string {
  return `sched_${hashOf(`batch ${name}`).toString(16).padStart(8, '0')}`;
}

interface SampleSpec {
  readonly name: string;
  readonly agent: AgentName;
  readonly version?: number;
  readonly count: number;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly status?: string;
  readonly transcripts?: boolean;
  readonly running?: RunningSpec;
}

export function sampleBatch(spec: SampleSpec): ServedBatch {
  const { name, agent, count, running, transcripts = false } = spec;
  const { agent_id, agent_name, versions } = agents[agent];
  const version = spec.version ?? versions.length - 1;
  const startedAt = Date.parse(spec.startedAt);
  return {
    batch: {
      schedule_id: scheduleId(name),
      agent_id,
      agent_name,
      version_id: versions[version]?.version_id ?? null,
      status: spec.status ?? (running === undefined ? 'completed' : 'active'),
      start_mode: 'scheduled',
      scheduled_at: isoSeconds(startedAt),
      created_at: isoSeconds(startedAt - 3_600_000),
    },
    items: callSource({ seed: name, agent, version, startedAt, transcripts }, count, running),
  };
}

/** Names of the sample batches that tests and the README speak of. */
export const sampleIds = {
  running: scheduleId('demo october, running'),
  tiny: scheduleId('clinic trial'),
  empty: scheduleId('arabic, nobody'),
  large: scheduleId('loans september'),
  edgeCases: scheduleId('edge cases'),
  pending: scheduleId('demo november'),
} as const;

/** Newest first, as the provider lists them. Cheap: calls are made when a page of them is asked for. */
export function sampleBatches(): ServedBatch[] {
  const pending = sampleBatch({
    name: 'demo november',
    agent: 'productDemo',
    count: 120,
    startedAt: '2026-11-23T04:30:00Z',
    status: 'pending',
    running: { begun: 0, perPoll: 0 },
  });
  const edgeCases = sampleBatch({
    name: 'edge cases',
    agent: 'productDemo',
    count: 0,
    startedAt: '2026-10-01T06:00:00Z',
  });
  return [
    pending,
    sampleBatch({
      name: 'demo october, running',
      agent: 'productDemo',
      version: 2,
      count: 600,
      startedAt: '2026-11-16T04:30:00Z',
      running: { begun: 400, perPoll: 20 },
    }),
    sampleBatch({
      name: 'clinic trial',
      agent: 'clinic',
      count: 5,
      startedAt: '2026-11-12T05:00:00Z',
      transcripts: true,
    }),
    sampleBatch({
      name: 'arabic, nobody',
      agent: 'arabic',
      count: 0,
      startedAt: '2026-11-10T05:00:00Z',
      status: 'cancelled',
    }),
    sampleBatch({
      name: 'refunds october',
      agent: 'refund',
      version: 1,
      count: 740,
      startedAt: '2026-10-26T08:00:00Z',
    }),
    sampleBatch({
      name: 'demo october',
      agent: 'productDemo',
      version: 1,
      count: 860,
      startedAt: '2026-10-12T04:30:00Z',
    }),
    { ...edgeCases, items: makeEdgeCases() },
    sampleBatch({ name: 'hotel october', agent: 'hotel', count: 90, startedAt: '2026-09-28T01:00:00Z' }),
    sampleBatch({ name: 'recharge september', agent: 'hindi', count: 320, startedAt: '2026-09-21T04:00:00Z' }),
    sampleBatch({ name: 'delivery september', agent: 'arabic', count: 150, startedAt: '2026-09-14T05:00:00Z' }),
    sampleBatch({
      name: 'loans september',
      agent: 'loan',
      version: 1,
      count: 10_000,
      startedAt: '2026-09-01T03:30:00Z',
    }),
    sampleBatch({
      name: 'screening august',
      agent: 'screening',
      version: 1,
      count: 380,
      startedAt: '2026-08-17T07:00:00Z',
    }),
    sampleBatch({ name: 'clinic august', agent: 'clinic', version: 0, count: 2000, startedAt: '2026-08-03T03:30:00Z' }),
    sampleBatch({ name: 'loans july', agent: 'loan', version: 0, count: 1500, startedAt: '2026-07-06T03:30:00Z' }),
    sampleBatch({
      name: 'demo june',
      agent: 'productDemo',
      version: 0,
      count: 1240,
      startedAt: '2026-06-08T04:30:00Z',
    }),
    sampleBatch({
      name: 'screening may',
      agent: 'screening',
      version: 0,
      count: 50,
      startedAt: '2026-05-18T07:00:00Z',
    }),
  ];
}
