import { batchKey, type ProviderBatch } from '../../src/shared/model.ts';
import type { AgentName } from '../support/provider/agents.ts';
import { makeCall } from '../support/provider/data.ts';
import { createRandom, hashOf } from '../support/provider/random.ts';

/** The calls that benches measure on: made from seeds, so that every machine has the same. Words as frequent as in a language (Zipf). */

export const CALLS_A_BATCH = 10_000;
const agentNames: readonly AgentName[] = ['productDemo', 'clinic', 'productDemo', 'loan', 'refund'];
const CITIES = 300;
const REGIONS = 12;
const plans = ['Basic', 'Plus', 'Premium'] as const;
const WORDS = 20_000;
const WORDS_A_CALL = 8;

/** The word of a rank, 1 being the most frequent: pronounceable, and no two alike. */
export function wordOfRank(rank: number): string {
  const syllables = ['ka', 'lo', 'mi', 'ne', 'pu', 'ra', 'si', 'to', 'va', 'ze'];
  return `w${[...String(rank)].map((digit) => syllables[Number(digit)] ?? '').join('')}`;
}

/** A rank drawn so that it is as often met as its inverse says. */
function zipfRank(draw: number): number {
  return Math.max(1, Math.floor(WORDS ** draw));
}

export interface BenchBatch {
  readonly batch: ProviderBatch;
  readonly key: string;
  /** Items as JSON text; made anew at each call, so that a million of them need not be in memory. */
  items(from: number, to: number): string[];
}

const DAY_MS = 86_400_000;

/** Batches of up to 10,000 calls, the oldest first, until there are `calls`. */
export function benchBatches(calls: number, accountId: string): BenchBatch[] {
  return Array.from({ length: Math.ceil(calls / CALLS_A_BATCH) }, (_, b): BenchBatch => {
    const agent = agentNames[b % agentNames.length] as AgentName;
    const startedAt = Date.UTC(2026, 0, 5, 4, 30) + b * 3 * DAY_MS;
    const count = Math.min(CALLS_A_BATCH, calls - b * CALLS_A_BATCH);
    const spec = { seed: `bench ${b}`, agent, startedAt };
    const schedule_id = `sched_${String(b).padStart(4, '0')}`;
    return {
      key: batchKey(accountId, schedule_id),
      batch: {
        schedule_id,
        agent_name: `Agent ${b % 7}`,
        version_id: `pmt-${b % 3}`,
        status: 'completed',
        total_contacts: count,
        created_at: new Date(startedAt).toISOString(),
      },
      items: (from, to) =>
        Array.from({ length: Math.max(0, Math.min(to, count) - from) }, (_unused, i) => {
          const call = makeCall(spec, from + i);
          if (call.summary === null) return JSON.stringify(call);
          const random = createRandom(hashOf(`${schedule_id} ${from + i}`));
          const words = Array.from({ length: WORDS_A_CALL }, () => wordOfRank(zipfRank(random.next())));
          // Keys that every batch has, for pivots over all calls: 300 × 12 × 3 values, the first ones met most.
          const skewed = (values: number) => Math.floor(random.next() * random.next() * values);
          const outcomes = {
            ...call.outcomes,
            City: `City ${skewed(CITIES)}`,
            Region: `Region ${skewed(REGIONS)}`,
            Plan: plans[skewed(plans.length)] ?? null,
            Score: String(random.int(0, 100)),
          };
          return JSON.stringify({ ...call, summary: `${call.summary} ${words.join(' ')}.`, outcomes });
        }),
    };
  });
}
