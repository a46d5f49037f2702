import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { emptyAccumulators, mergeAll, type Accumulators } from '../../../src/main/columns/accumulate.ts';
import { openSecondThread, type SecondThread } from '../../../src/main/columns/secondThread.ts';
import { addUp, type AddingUp, type Step } from '../../../src/main/columns/steps.ts';

/** Half of a pivot's calls added up by another thread: the same as all by one. */

let lastThread = 0;
const toClose: { close(): void }[] = [];
const entry = new URL('../../../src/main/columns/secondThread.worker.ts', import.meta.url);
let second: SecondThread;
beforeAll(async () => {
  second = openSecondThread(entry, 0);
  await vi.waitUntil(() => half(second, someWork) !== undefined, { timeout: 10_000 });
});
afterAll(() => {
  for (const one of [second, ...toClose]) one.close();
});

const merges = ['add', 'add', 'add', 'add', 'add', 'least', 'most', 'add', 'add'] as const;
const accumulators: Accumulators = { stride: merges.length, merges, steps: [], resultOf: () => undefined };
const GROUPS = 4 * 6 * 3;
const WIDTHS = [Uint8Array, Uint16Array, Uint32Array] as const;

const steps = (small: Uint16Array, large: Float64Array, codes: Uint8Array): Step[] => [
  { do: 'count', columns: [small, small] },
  { do: 'addPresent', columns: [small], limit: 0xffff, at: 3 },
  { do: 'min', columns: [large], limit: Infinity, at: 5 },
  { do: 'max', columns: [small], limit: 0xffff, at: 6 },
  {
    do: 'share',
    columns: [codes, codes],
    isMatch: Uint8Array.of(0, 1, 0, 0),
    inBase: Uint8Array.of(0, 1, 1, 1),
    at: 7,
  },
];

/** Calls of two dimensions and one axis of numbered groups, all picked or some, and places that are no call. */
const works: fc.Arbitrary<AddingUp> = fc
  .record({
    calls: fc.array(
      fc.record({
        code: fc.nat(3),
        other: fc.nat(5),
        group: fc.nat(2),
        small: fc.oneof(fc.nat(9), fc.constant(0xffff)),
        large: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(NaN)),
        isPicked: fc.boolean(),
        isCall: fc.boolean(),
      }),
      { maxLength: 60 },
    ),
    all: fc.boolean(),
    width: fc.constantFrom(...WIDTHS),
  })
  .map(({ calls, all, width: Width }) => {
    const places = calls.flatMap(({ isPicked }, place) => (isPicked ? [place] : []));
    const picked = all ? calls : calls.filter(({ isPicked }) => isPicked);
    const stride = merges.length;
    return {
      picked: {
        length: picked.length,
        places: all ? undefined : Uint32Array.from(places),
        padding: Uint32Array.from(picked.flatMap(({ isCall }, number) => (isCall ? [] : [number]))),
      },
      parts: [
        { codes: Uint8Array.from(calls, ({ code }) => code), weight: 18 * stride },
        { codes: new Width(calls.map(({ other }) => other)), weight: 3 * stride },
      ],
      groups: [{ groups: Uint32Array.from(picked, ({ group }) => group), weight: stride }],
      nowhere: GROUPS * stride,
      steps: steps(
        Uint16Array.from(calls, ({ small }) => small),
        Float64Array.from(calls, ({ large }) => large),
        Uint8Array.from(calls, ({ code }) => code),
      ),
    };
  });
const someWork = fc.sample(works, { numRuns: 1, seed: 1 })[0] as AddingUp;

const half = (thread: SecondThread, work: AddingUp) => thread.give(work, emptyAccumulators(accumulators, GROUPS + 1));

function alone(work: AddingUp): Float64Array {
  const taken = emptyAccumulators(accumulators, GROUPS + 1);
  addUp(work, taken);
  return taken;
}

/** `meanwhile`: what happens until the other half is asked for. */
async function together(
  thread: SecondThread,
  work: AddingUp,
  meanwhile?: () => Promise<unknown>,
): Promise<Float64Array> {
  const taken = emptyAccumulators(accumulators, GROUPS + 1);
  const given = half(thread, work);
  addUp(given?.mine ?? work, taken);
  await meanwhile?.();
  if (given !== undefined) mergeAll(taken, given.take(), accumulators);
  return taken;
}

/** A thread that is ready, does `onGiven` with what it is given, and tells of it. */
async function startThread(onGiven: string): Promise<{ thread: SecondThread; told: () => Promise<unknown> }> {
  const name = `told ${++lastThread}`;
  const script = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { doGiven } from ${JSON.stringify(new URL('../../../src/main/columns/secondThread.ts', import.meta.url).href)};
    const channel = new BroadcastChannel(${JSON.stringify(name)});
    parentPort.on('message', (given) => { ${onGiven}; channel.postMessage('') });
    Atomics.store(workerData.ready, 0, 1);`;
  const channel = new BroadcastChannel(name);
  let heard = 0;
  channel.onmessage = () => heard++;
  const oneMore = (before = heard) => vi.waitUntil(() => heard > before, { timeout: 10_000, interval: 1 });
  const thread = openSecondThread(new URL(`data:text/javascript,${encodeURIComponent(script)}`), 0);
  toClose.push(thread, channel);
  await vi.waitUntil(() => half(thread, someWork) !== undefined, { timeout: 10_000 });
  await oneMore(0);
  return { thread, told: () => oneMore() };
}

test('two threads come to what one does, whatever is picked, and whoever does the other half', async () => {
  const { thread, told } = await startThread('doGiven(given)');
  await fc.assert(
    fc.asyncProperty(works, fc.boolean(), async (work, isOther) => {
      expect(await together(isOther ? thread : second, work, isOther ? told : undefined)).toEqual(alone(work));
    }),
    { numRuns: 300 },
  );
});

test('a thread that begins nothing, or begins and never ends, holds nobody up', async () => {
  for (const onGiven of ['', 'Atomics.store(given.state, 0, 1)']) {
    const { thread, told } = await startThread(onGiven);
    expect(await together(thread, someWork, told)).toEqual(alone(someWork));
  }
});

test('a thread that cannot start is done without', async () => {
  const broken = openSecondThread(new URL('./none.ts', import.meta.url), 0);
  expect(await together(broken, someWork)).toEqual(alone(someWork));
  broken.close();
});

test('a thread that had nothing to do for long ends, and is started again', async () => {
  const brief = openSecondThread(entry, 0, 50);
  toClose.push(brief);
  for (let i = 0; i < 2; i++) {
    await vi.waitUntil(() => half(brief, someWork) !== undefined, { timeout: 10_000 });
    expect(await together(brief, someWork)).toEqual(alone(someWork));
    // Where it has ended, the next one is still starting.
    await vi.waitUntil(() => half(brief, someWork) === undefined, { timeout: 10_000, interval: 200 });
  }
});

test('few calls, and sums whose last digit the order would show in, stay with one thread', () => {
  const usual = openSecondThread(entry);
  expect(half(usual, someWork)).toBeUndefined();
  usual.close();
  const column = Float64Array.of(0.1, 0.2, 0.3);
  const work: AddingUp = {
    ...someWork,
    picked: { length: 3, places: undefined, padding: new Uint32Array(0) },
    steps: [{ do: 'add', columns: [column], limit: Infinity, at: 1 }],
  };
  expect(half(second, work)).toBeUndefined();
});
