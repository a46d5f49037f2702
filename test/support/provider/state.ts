import type { ProviderBatch } from '../../../src/shared/model.ts';
import type { CallSource, ServedBatch } from './batches.ts';
import { isoSeconds, type ProviderCall } from './data.ts';
import { agents } from './agents.ts';
import { createRandom, hashOf } from './random.ts';

/** A batch on the server, and how each endpoint shows it. */

export interface State {
  served: ProviderBatch;
  source: CallSource;
  polls: number;
}

export type Fields = { readonly [field: string]: unknown };

export function sourceOf(items: readonly unknown[]): CallSource {
  const calls = items.filter((item): item is Fields => typeof item === 'object' && item !== null);
  const completed = calls.filter(({ status }) => status === 'completed' || status === 'voicemail').length;
  return {
    contacts: items.length,
    total: () => items.length,
    items: (offset, limit) => items.slice(offset, offset + limit),
    isAtRest: () => true,
    count: () => ({ completed, failed: items.length - completed }),
    contact: (index) => ({ call: (calls[index] ?? {}) as Partial<ProviderCall>, isCalled: true }),
  };
}

export function stateOf({ batch, items }: ServedBatch): State {
  return { served: batch, source: 'isAtRest' in items ? items : sourceOf(items), polls: 0 };
}

/** The batch as the list shows it. */
export function summaryOf({ served, source, polls }: State): ProviderBatch {
  const { completed, failed } = source.count(polls);
  const counts = { total_contacts: source.contacts, completed_contacts: completed, failed_contacts: failed };
  const status = served.status === 'active' && source.isAtRest(polls) ? 'completed' : (served.status ?? 'completed');
  return {
    agent_id: null,
    agent_name: null,
    version_id: null,
    start_mode: 'now',
    scheduled_at: null,
    created_at: null,
    ...counts,
    ...served,
    status,
  };
}

/** The batch as its own endpoint shows it. */
export function detailsOf(state: State): ProviderBatch {
  const { source, polls, served } = state;
  const startedAt = served.scheduled_at ?? served.created_at ?? null;
  const updatedAt =
    startedAt === null ? null : isoSeconds(Date.parse(startedAt) + (state.polls + source.total(polls) * 19) * 1000);
  return {
    ...summaryOf(state),
    pending_contacts: source.contacts - source.total(polls),
    voice: Object.values(agents).find(({ agent_id }) => agent_id === served.agent_id)?.voice ?? null,
    did_number: '918047100000',
    concurrency: 20,
    recording_enabled: true,
    started_at: startedAt,
    updated_at: updatedAt,
    ...(served.updated_at === undefined ? {} : { updated_at: served.updated_at }),
  };
}

const companies = ['Northwind', 'Asha Traders', 'Fabrikam', 'Blue Lotus', 'Contoso', 'Sunrise Foods'] as const;
const cities = ['Pune', 'Berlin', 'Chennai', 'Lisbon'] as const;

/** What a customer noted of a person before the batch: the same for the same call. */
function metadataOf(callId: string): Fields {
  const random = createRandom(hashOf(`contact ${callId}`));
  return { 'Company Name': random.pick(companies), City: random.pick(cities), list_row: random.int(1, 10_000) };
}

/** A person to call, as the calls of a batch list them. */
export function contactOf(source: CallSource, index: number, polls: number): Fields {
  const { call, isCalled } = source.contact(index, polls);
  const known = {
    call_id: call.call_id,
    external_id: call.external_id,
    phone_number: call.phone_number,
    name: call.name,
  };
  const course = isCalled
    ? {
        status: call.status,
        duration_seconds: call.duration_seconds,
        started_at: call.started_at,
        ended_at: call.ended_at,
      }
    : { status: 'pending', duration_seconds: null, started_at: null, ended_at: null };
  return { ...known, ...course, metadata: metadataOf(String(call.call_id)) };
}
