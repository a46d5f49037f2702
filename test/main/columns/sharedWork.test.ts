import { once } from 'node:events';
import { BroadcastChannel, Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { QueryHandlers } from '../../../src/main/cache/query.ts';
import { emptyAccumulators, type Accumulators } from '../../../src/main/columns/accumulate.ts';
import { openSharedWork, type SharedWork } from '../../../src/main/columns/sharedWork.ts';
import { addUp, type AddingUp, type ByPlace, type Step } from '../../../src/main/columns/steps.ts';
import { Thread } from '../../../src/main/threads.ts';

/** A pivot's calls added up by two threads: the same as all by one. */

const small = { leastCalls: 0, partCalls: 7 };
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
      { maxLength: 60, size: 'max' },
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
/** Of many parts. */
const someWork = fc
  .sample(works, { numRuns: 100, seed: 1 })
  .find(({ picked }) => picked.length > 6 * small.partCalls) as AddingUp;

const nothing = () => undefined;

function alone(work: AddingUp): Float64Array {
  const taken = emptyAccumulators(accumulators, GROUPS + 1);
  addUp(work, taken);
  return taken;
}

function together(shared: SharedWork, work: AddingUp, check: () => void = nothing): Float64Array {
  const taken = emptyAccumulators(accumulators, GROUPS + 1);
  expect(shared.addUp(work, taken, accumulators, check)).toBe(true);
  return taken;
}

const toEnd: (() => unknown)[] = [];
afterEach(() => vi.useRealTimers());
afterAll(() => Promise.all(toEnd.map((end) => end())));

function open(name: string, options: Parameters<typeof openSharedWork>[1] = small): SharedWork {
  const shared = openSharedWork(name, options);
  toEnd.push(() => shared.close());
  return shared;
}

/** A thread that runs `script`; resolves once it listens. */
async function startThread(name: string, script: string, workerData: unknown = undefined): Promise<void> {
  const text = `
    import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';
    const channel = new BroadcastChannel(${JSON.stringify(name)});
    ${script}
    parentPort.postMessage('');`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`), { workerData });
  toEnd.push(() => worker.terminate());
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

/** The thread of the app that helps. Returns how to wait until it has done a part of the pivot of that number, if there is one left for it. */
async function startHelper(name: string): Promise<(pivot: number) => void> {
  const helper = new Thread<QueryHandlers>(
    new URL('../../../src/main/cache/query.worker.ts', import.meta.url),
    { cacheFile: '', helpsWith: name },
    nothing,
  );
  toEnd.push(() => helper.close());
  // There is no such cache, but from now on it listens.
  await expect(helper.ask('listBatches', undefined)).rejects.toThrow();
  const helped = new Int32Array(new SharedArrayBuffer(4));
  await startThread(
    name,
    `channel.onmessage = function look({ data }) {
      const [next, done] = data.progress;
      if (done === 0 && next * data.partCalls < data.work.picked.length) return setImmediate(look, { data });
      Atomics.add(workerData, 0, 1);
      Atomics.notify(workerData, 0);
    }`,
    helped,
  );
  return (pivot) => {
    for (let seen = Atomics.load(helped, 0); seen < pivot; seen = Atomics.load(helped, 0))
      expect(Atomics.wait(helped, 0, seen, 10_000)).not.toBe('timed-out');
  };
}

test('two threads come to what one does, whatever is picked', async () => {
  const shared = open('both');
  const waitForHelp = await startHelper('both');
  let pivots = 0;
  fc.assert(
    fc.property(works, (work) => {
      pivots++;
      expect(together(shared, work, () => waitForHelp(pivots))).toEqual(alone(work));
    }),
    { numRuns: 300 },
  );
});

test('a column that is another one now, in the same memory, is not taken for what it was', async () => {
  const shared = open('again');
  const waitForHelp = await startHelper('again');
  const anew = <T extends ByPlace>(array: T, change: number): T => {
    const Array = array.constructor as new (memory: ArrayBufferLike, from: number, length: number) => T;
    array.forEach((value, i) => (array[i] = value ^ change));
    return new Array(array.buffer, 0, array.length);
  };
  expect(together(shared, someWork, () => waitForHelp(1))).toEqual(alone(someWork));
  const changed = {
    ...someWork,
    parts: someWork.parts.map((part) => ({ ...part, codes: anew(part.codes, 1) })),
  };
  expect(together(shared, changed, () => waitForHelp(2))).toEqual(alone(changed));
});

test('where nobody helps, all is done by one', () => {
  const shared = open('none');
  fc.assert(fc.property(works, (work) => void expect(together(shared, work)).toEqual(alone(work))));
});

test('a helper that takes a part and never ends holds nobody up', async () => {
  const shared = open('lazy', { ...small, mostWaitMs: 20 });
  const taken = new Int32Array(new SharedArrayBuffer(4));
  await startThread(
    'lazy',
    `channel.onmessage = ({ data }) => {
      Atomics.add(data.progress, 0, 1);
      Atomics.store(workerData, 0, 1);
      Atomics.notify(workerData, 0);
    }`,
    taken,
  );
  expect(together(shared, someWork, () => void Atomics.wait(taken, 0, 0, 10_000))).toEqual(alone(someWork));
  expect(Atomics.load(taken, 0)).toBe(1);
});

test('a pivot that is stopped in the middle leaves nothing to the next', async () => {
  const shared = open('stopped');
  const waitForHelp = await startHelper('stopped');
  const stop = () => {
    throw new Error('stopped');
  };
  expect(() => together(shared, someWork, stop)).toThrow('stopped');
  expect(together(shared, someWork, () => waitForHelp(2))).toEqual(alone(someWork));
});

test('copies stay from one pivot to the next, and go when none was made for twenty seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const shared = open('rests');
  const channel = new BroadcastChannel('rests');
  toEnd.push(() => channel.close());
  /** What a helper gets of the first column, in the very memory. */
  async function copyOf(work: AddingUp): Promise<ByPlace> {
    const received = once(channel as unknown as EventTarget, 'message');
    together(shared, work);
    const [{ data }] = (await received) as [{ data: { work: AddingUp } }];
    return data.work.parts[0]?.codes ?? new Uint8Array(0);
  }
  const unmarked = Number(someWork.parts[0]?.codes[0]);
  const marked = (unmarked + 1) % 4;
  for (const turn of ['first', 'once more']) {
    const copy = await copyOf(someWork);
    expect(copy[0], turn).toBe(unmarked);
    copy[0] = marked;
    for (let pivots = 0; pivots < 2; pivots++) {
      vi.advanceTimersByTime(19_999);
      expect((await copyOf(someWork))[0], turn).toBe(marked);
    }
    vi.advanceTimersByTime(20_000);
  }
});

test('few calls, and sums whose last digit the order would show in, stay with one thread', () => {
  const isShared = (shared: SharedWork, work: AddingUp) =>
    shared.addUp(work, emptyAccumulators(accumulators, GROUPS + 1), accumulators, nothing);
  expect(isShared(open('few', {}), someWork)).toBe(false);
  const column = Float64Array.of(0.1, 0.2, 0.3);
  const inexact: AddingUp = {
    ...someWork,
    picked: { length: 3, places: undefined, padding: new Uint32Array(0) },
    steps: [{ do: 'add', columns: [column], limit: Infinity, at: 1 }],
  };
  expect(isShared(open('inexact'), inexact)).toBe(false);
});
