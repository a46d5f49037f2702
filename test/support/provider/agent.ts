import type { Json } from '../../../src/shared/json.ts';
import type { Culture } from './people.ts';
import type { Random } from './random.ts';

export type Outcomes = { [key: string]: Json };

export interface Talk {
  readonly summary: string;
  /** Everything the agent could know; its prompt version says which keys it reports. */
  readonly outcomes: Outcomes;
}

export interface AgentVersion {
  readonly version_id: string;
  readonly keys: readonly string[];
}

export interface Agent {
  readonly agent_id: string;
  readonly agent_name: string;
  readonly voice: string;
  readonly cultures: readonly (readonly [Culture, number])[];
  /** Oldest first. Keys appear and vanish between versions. */
  readonly versions: readonly AgentVersion[];
  /** `at`: when the call started, ms since epoch UTC. */
  talk(random: Random, at: number, culture: Culture): Talk;
}

/** The day so many days after, as YYYY-MM-DD. */
export function dayAfter(at: number, days: number): string {
  return new Date(at + days * 86_400_000).toISOString().slice(0, 10);
}
