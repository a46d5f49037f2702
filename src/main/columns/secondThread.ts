import { Worker } from 'node:worker_threads';
import { addUp, isExact, type AddingUp, type ByPlace, type Step } from './steps.ts';

/**
 * A second thread, which goes along half of a large pivot's calls. It gets a copy of what its half is made of: columns that two threads
 * share would stay in memory for as long as either may still read them. Whoever gives away never depends on it: what nobody has begun is
 * done here.
 */

export interface SecondThread {
  /**
   * Gives half of the work away; `into` is what accumulators begin with. Do `mine`, then `take` what the other half came to. Undefined where
   * it does not pay, where the order of calls may show in the last digit, or while the thread is starting.
   */
  give(work: AddingUp, into: Float64Array): Half | undefined;
  close(): void;
}

export interface Half {
  readonly mine: AddingUp;
  take(): Float64Array;
}

/** What goes to the thread. */
export interface Given {
  readonly work: AddingUp;
  readonly into: Float64Array;
  readonly state: Int32Array;
}

/** States of what was given: nobody has begun, somebody has, it is done. */
const WAITING = 0;
const BEGUN = 1;
const DONE = 2;

/** Fewer calls are added up before another thread has woken. */
const LEAST_CALLS = 200_000;
/** More accumulators take longer to put together than they save. */
const MOST_ACCUMULATORS = 1 << 17;
/** A thread that takes so long is taken for gone. */
const MOST_WAIT_MS = 2_000;

/** `entry`: secondThread.worker.ts, or its bundle. */
export function openSecondThread(entry: URL, leastCalls = LEAST_CALLS): SecondThread {
  let worker: Worker | undefined;
  const desk = openDesk();

  /** What the thread says of itself, also while this one is busy. */
  const ready = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  function start(): Worker {
    const started = new Worker(entry, { workerData: { ready }, resourceLimits: { maxYoungGenerationSizeMb: 1 } });
    started.unref();
    // One that fails is not tried again: all is done here.
    started.on('error', () => undefined);
    started.on('exit', () => void Atomics.store(ready, 0, 0));
    return started;
  }

  return {
    give(work, into) {
      const { length } = work.picked;
      if (length < leastCalls || into.length > MOST_ACCUMULATORS || !isExact(work)) return undefined;
      worker ??= start();
      if (Atomics.load(ready, 0) === 0) return undefined;
      const half = length >>> 1;
      const rest = partOf(work, half, length);
      const theirs = copyTo(desk, rest);
      const taken = shared(into);
      const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      worker.postMessage({ work: theirs, into: taken, state } satisfies Given);
      return {
        mine: partOf(work, 0, half),
        take() {
          const isBegun = Atomics.compareExchange(state, 0, WAITING, DONE) !== WAITING;
          if (isBegun && Atomics.wait(state, 0, BEGUN, MOST_WAIT_MS) !== 'timed-out') return taken;
          const own = into.slice();
          addUp(rest, own);
          return own;
        },
      };
    },
    close: () => void worker?.terminate(),
  };
}

/** The second thread's side. */
export function doGiven({ work, into, state }: Given): void {
  if (Atomics.compareExchange(state, 0, WAITING, BEGUN) !== WAITING) return;
  addUp(work, into);
  Atomics.store(state, 0, DONE);
  Atomics.notify(state, 0);
}

function shared(from: Float64Array): Float64Array {
  const into = new Float64Array(new SharedArrayBuffer(from.byteLength));
  into.set(from);
  return into;
}

/** The work for the numbers from `from` to before `to` alone. Nothing is copied. */
function partOf(work: AddingUp, from: number, to: number): AddingUp {
  const { places, padding } = work.picked;
  const picked = {
    length: to - from,
    places: places?.subarray(from, to),
    padding: padding.filter((n) => n >= from && n < to).map((n) => n - from),
  };
  const groups = work.groups.map((part) => ({ ...part, groups: part.groups.subarray(from, to) }));
  // By place, which without a list of places is the number.
  const byPlace = places === undefined ? <T extends ByPlace>(column: T) => column.subarray(from, to) as T : same;
  return { ...withColumns(work, byPlace), picked, groups };
}

const same = <T>(it: T): T => it;

function withColumns(work: AddingUp, change: <T extends ByPlace>(column: T) => T): AddingUp {
  return {
    ...work,
    parts: work.parts.map((part) => ({ ...part, codes: change(part.codes) })),
    steps: work.steps.map((step) => ({ ...step, columns: step.columns.map(change) }) as unknown as Step),
  };
}

/** A copy on the desk of all that is as long as the calls. */
function copyTo(desk: Desk, work: AddingUp): AddingUp {
  const { places, length } = work.picked;
  // The places of the work's calls ascend.
  const first = places?.[0] ?? 0;
  const end = places === undefined ? length : (places[length - 1] ?? -1) + 1;
  desk.clear();
  const copies = new Map<ByPlace, ByPlace>();
  const copyColumn = <T extends ByPlace>(column: T): T => {
    const copy = copies.get(column) ?? desk.copy(column.subarray(first, end));
    copies.set(column, copy);
    // It may be wider, which nobody minds.
    return copy as T;
  };
  const copied = withColumns(work, copyColumn);
  const copiedPlaces = places && desk.copy(places);
  for (let i = 0; copiedPlaces !== undefined && i < length; i++) copiedPlaces[i] = (copiedPlaces[i] as number) - first;
  return {
    ...copied,
    picked: { ...work.picked, places: copiedPlaces },
    groups: work.groups.map((part) => ({ ...part, groups: desk.copy(part.groups) })),
  };
}

interface Desk {
  clear(): void;
  /** Numbers of one byte become such of two: loops that have met both take twice the time; see ids.ts. */
  copy<T extends ByPlace>(from: T): T extends Uint32Array ? T : ByPlace;
}

/** Memory that both threads see, kept from one pivot to the next: to get fresh memory takes as long as to fill it. */
function openDesk(): Desk {
  const drawers: SharedArrayBuffer[] = [];
  let used = 0;
  function drawer(bytes: number): SharedArrayBuffer {
    const at = used++;
    const known = drawers[at];
    if (known !== undefined && known.byteLength >= bytes) return known;
    return (drawers[at] = new SharedArrayBuffer(bytes));
  }
  return {
    clear: () => void (used = 0),
    copy<T extends ByPlace>(from: T) {
      const { length } = from;
      const copy =
        from instanceof Float64Array
          ? new Float64Array(drawer(length * 8), 0, length)
          : from instanceof Uint32Array
            ? new Uint32Array(drawer(length * 4), 0, length)
            : new Uint16Array(drawer(length * 2), 0, length);
      copy.set(from);
      return copy as T extends Uint32Array ? T : ByPlace;
    },
  };
}
