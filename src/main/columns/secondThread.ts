import { Worker } from 'node:worker_threads';
import { addUp, isExact, type AddingUp, type ByPlace, type Step } from './steps.ts';

/**
 * A second thread, which goes along half of a large pivot's calls. It gets copies: columns that two threads share would stay in memory
 * until both have tidied up, and nothing makes the second one do so. Whoever gives away never depends on it: what nobody has begun is
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
/** Copies that are kept: of a usual pivot's columns and places, and one more. */
const MOST_COPIES = 6;
/** Whoever has not made a pivot for so long gets the memory back: the thread takes some 30 MB, its copies some 10. */
const RESTS_AFTER_MS = 20_000;
/** A thread that takes so long is taken for gone. */
const MOST_WAIT_MS = 2_000;

/** `entry`: secondThread.worker.ts, or its bundle. */
export function openSecondThread(entry: URL, leastCalls = LEAST_CALLS, restsAfterMs = RESTS_AFTER_MS): SecondThread {
  let running: { readonly worker: Worker; readonly ready: Int32Array } | undefined;
  let resting: NodeJS.Timeout | undefined;
  const desk = openDesk();

  function start() {
    /** What the thread says of itself, also while this one is busy. */
    const ready = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const worker = new Worker(entry, { workerData: { ready }, resourceLimits: { maxYoungGenerationSizeMb: 1 } });
    worker.unref();
    // One that fails is not tried again: all is done here.
    worker.on('error', () => undefined);
    worker.on('exit', () => void Atomics.store(ready, 0, 0));
    return { worker, ready };
  }

  function end(): void {
    clearTimeout(resting);
    resting = undefined;
    void running?.worker.terminate();
    running = undefined;
    desk.clear();
  }

  return {
    give(work, into) {
      const { length } = work.picked;
      if (length < leastCalls || into.length > MOST_ACCUMULATORS || !isExact(work)) return undefined;
      running ??= start();
      if (Atomics.load(running.ready, 0) === 0) return undefined;
      resting = resting?.refresh() ?? setTimeout(end, restsAfterMs).unref();
      const half = length >>> 1;
      desk.begin();
      const shared = withColumns(work, desk.copy);
      const theirs = withCopies(partOf(shared, half, length), desk.copy);
      const taken = new Float64Array(new SharedArrayBuffer(into.byteLength));
      taken.set(into);
      const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      running.worker.postMessage({ work: theirs, into: taken, state } satisfies Given);
      return {
        mine: partOf(shared, 0, half),
        take() {
          const isBegun = Atomics.compareExchange(state, 0, WAITING, DONE) !== WAITING;
          if (isBegun && Atomics.wait(state, 0, BEGUN, MOST_WAIT_MS) !== 'timed-out') return taken;
          const own = into.slice();
          addUp(theirs, own);
          return own;
        },
      };
    },
    close: end,
  };
}

/** The second thread's side. */
export function doGiven({ work, into, state }: Given): void {
  if (Atomics.compareExchange(state, 0, WAITING, BEGUN) !== WAITING) return;
  addUp(work, into);
  Atomics.store(state, 0, DONE);
  Atomics.notify(state, 0);
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

type Change = <T extends ByPlace>(array: T) => T;

/** Changes what is by place. */
function withColumns(work: AddingUp, change: Change): AddingUp {
  return {
    ...work,
    parts: work.parts.map((part) => ({ ...part, codes: change(part.codes) })),
    steps: work.steps.map((step) => ({ ...step, columns: step.columns.map(change) }) as unknown as Step),
  };
}

/** Changes what is by number. */
function withCopies(work: AddingUp, copy: Change): AddingUp {
  const { places } = work.picked;
  return {
    ...work,
    picked: { ...work.picked, places: places && copy(places) },
    groups: work.groups.map((part) => ({ ...part, groups: copy(part.groups) })),
  };
}

interface Desk {
  /** The next pivot: copies of those before it may go. */
  begin(): void;
  clear(): void;
  /** A copy in memory that both threads see. Numbers of one byte become such of two: loops that have met both take twice the time; see ids.ts. */
  copy<T extends ByPlace>(from: T): T;
}

/** A copy and what it is of: an array that nobody writes any more, and that may be let go meanwhile. */
interface Drawer {
  memory: SharedArrayBuffer;
  of: WeakRef<ArrayBufferLike>;
  offset: number;
  copy: ByPlace;
  usedIn: number;
}

/** Copies are kept from one pivot to the next, which is about the same columns more often than not; so is their memory. */
function openDesk(): Desk {
  let drawers: Drawer[] = [];
  let pivot = 0;

  /** Memory for so many bytes: of the copy that was not asked for longest. */
  function memoryFor(bytes: number): SharedArrayBuffer {
    const oldest = drawers[0];
    if (drawers.length < MOST_COPIES || oldest === undefined || oldest.usedIn === pivot)
      return new SharedArrayBuffer(bytes);
    drawers.shift();
    return oldest.memory.byteLength >= bytes ? oldest.memory : new SharedArrayBuffer(bytes);
  }

  return {
    begin() {
      pivot++;
      drawers = drawers.slice(-MOST_COPIES);
    },
    clear() {
      drawers = [];
    },
    copy<T extends ByPlace>(from: T): T {
      const { buffer, byteOffset: offset, length } = from;
      const at = drawers.findIndex(
        (one) => one.of.deref() === buffer && one.offset === offset && one.copy.length === length,
      );
      const known = drawers[at];
      if (known !== undefined) {
        drawers.splice(at, 1);
        drawers.push(Object.assign(known, { usedIn: pivot }));
        // It may be wider, which nobody minds.
        return known.copy as T;
      }
      const memory = memoryFor(length * Math.max(2, from.BYTES_PER_ELEMENT));
      const copy =
        from instanceof Float64Array
          ? new Float64Array(memory, 0, length)
          : from instanceof Uint32Array
            ? new Uint32Array(memory, 0, length)
            : new Uint16Array(memory, 0, length);
      copy.set(from);
      drawers.push({ memory, of: new WeakRef(buffer), offset, copy, usedIn: pivot });
      return copy as T;
    },
  };
}
