import { sampleBatch, type ServedBatch } from './batches.ts';
import { contactOf, detailsOf, stateOf } from './state.ts';

/** What lies in `resources/sample/`: batches, results and contacts as a provider gives them, for "Explore sample data". */

const batches: readonly ServedBatch[] = [
  sampleBatch({
    name: 'explore, demo october',
    agent: 'productDemo',
    version: 2,
    count: 400,
    startedAt: '2026-10-12T04:30:00Z',
  }),
  sampleBatch({
    name: 'explore, demo september',
    agent: 'productDemo',
    version: 1,
    count: 320,
    startedAt: '2026-09-14T04:30:00Z',
  }),
  sampleBatch({
    name: 'explore, clinic',
    agent: 'clinic',
    version: 1,
    count: 320,
    startedAt: '2026-09-28T03:30:00Z',
  }),
  sampleBatch({
    name: 'explore, recharge',
    agent: 'hindi',
    version: 0,
    count: 160,
    startedAt: '2026-09-21T04:00:00Z',
  }),
];

/** A list as JSON with one item a line: compact, and a change of one item is a change of one line. */
function listText(items: readonly unknown[]): string {
  return `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]\n`;
}

/** File name and text of every file of the sample. */
export function sampleFiles(): Map<string, string> {
  const states = batches.map(stateOf);
  return new Map([
    ['batches.json', listText(states.map(detailsOf))],
    ...states.map(({ served, source, polls }): [string, string] => [
      `results-${served.schedule_id}.json`,
      listText(source.items(0, source.total(polls), polls)),
    ]),
    ...states.map(({ served, source, polls }): [string, string] => [
      `contacts-${served.schedule_id}.json`,
      listText(Array.from({ length: source.contacts }, (_, index) => contactOf(source, index, polls))),
    ]),
  ]);
}
