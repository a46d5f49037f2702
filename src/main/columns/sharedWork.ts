import { BroadcastChannel } from 'node:worker_threads';
import { firstFrom } from '../firstFrom.ts';
import { mergeAll, type Accumulators } from './accumulate.ts';
import { addUp, isExact, type AddingUp, type ByPlace, type Step } from './steps.ts';

/**
 * Two threads go along the calls of a large pivot: the one that was asked for it, and one that has nothing else to do. Both take part
 * after part until none is left, so that neither waits for the other for longer than a part takes, and a helper that is busy, or gone,
 * holds nobody up. The helper gets copies: columns that two threads share would stay in memory until both have tidied up.
 */

export interface SharedWork {
  /**
   * Adds up all calls into `into`, which has taken none yet, with help. False, and nothing is done: it does not pay, or the order of
   * calls may show in the last digit. `check` may throw to stop it.
   */
  addUp(work: AddingUp, into: Float64Array, accumulators: Accumulators, check: () => void): boolean;
  close(): void;
}

/** What a helper gets. */
interface Given {
  readonly work: AddingUp;
  readonly partCalls: number;
  /** What its parts come to. */
  readonly into: Float64Array;
  /** At NEXT the first part that nobody has taken, at DONE how many the helper has done. */
  readonly progress: Int32Array;
}

const NEXT = 0;
const DONE = 1;

export interface SharedWorkOptions {
  /** Fewer calls are added up before another thread has woken. */
  readonly leastCalls?: number;
  /** Calls of a part: a millisecond's work. */
  readonly partCalls?: number;
  /** Whoever has made no pivot for so long gets the copies' memory back, some 10 MB. */
  readonly restsAfterMs?: number;
  /** A helper that takes so long for a part is taken for gone. */
  readonly mostWaitMs?: number;
}

/** More accumulators take longer to put together than they save. */
const MOST_ACCUMULATORS = 1 << 17;
/** Copies that are kept: of a usual pivot's columns and places, and one more. */
const MOST_COPIES = 6;

/** For the thread that is asked; `name` is that of its helper, see helpWith. */
export function openSharedWork(
  name: string,
  { leastCalls = 200_000, partCalls = 1 << 16, restsAfterMs = 20_000, mostWaitMs = 2_000 }: SharedWorkOptions = {},
): SharedWork {
  const channel = new BroadcastChannel(name);
  channel.unref();
  const desk = openDesk();
  let resting: NodeJS.Timeout | undefined;

  /** Whether the helper did so many parts, or will soon. */
  function isDone(progress: Int32Array, parts: number): boolean {
    for (let done = Atomics.load(progress, DONE); done < parts; done = Atomics.load(progress, DONE))
      if (Atomics.wait(progress, DONE, done, mostWaitMs) === 'timed-out') return false;
    return true;
  }

  return {
    addUp(work, into, accumulators, check) {
      const { length } = work.picked;
      if (length < leastCalls || into.length > MOST_ACCUMULATORS || !isExact(work)) return false;
      resting = resting?.refresh() ?? setTimeout(desk.clear, restsAfterMs).unref();
      desk.begin();
      const mine = withColumns(work, desk.copy);
      const theirs = withCopies(mine, desk.copy);
      const taken = new Float64Array(new SharedArrayBuffer(into.byteLength));
      taken.set(into);
      const progress = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
      channel.postMessage({ work: theirs, partCalls, into: taken, progress } satisfies Given);
      const parts = Math.ceil(length / partCalls);
      const others = new Set(Array(parts).keys());
      try {
        for (let part = takeNext(progress); part < parts; part = takeNext(progress)) {
          addUp(partOf(mine, part, partCalls), into, check);
          others.delete(part);
        }
      } finally {
        // Where this one was stopped in the middle, nobody wants the rest.
        Atomics.store(progress, NEXT, parts);
      }
      if (isDone(progress, others.size)) {
        mergeAll(into, taken, accumulators);
      } else {
        for (const part of others) addUp(partOf(mine, part, partCalls), into, check);
      }
      return true;
    },
    close() {
      clearTimeout(resting);
      channel.close();
    },
  };
}

/** Lets the calling thread help whoever opened work of that name, between two of its own questions. */
export function helpWith(name: string): void {
  const channel = new BroadcastChannel(name);
  channel.onmessage = (message) => takePart((message as { readonly data: Given }).data);
}

function takePart(given: Given): void {
  const { work, partCalls, into, progress } = given;
  const part = takeNext(progress);
  if (part * partCalls >= work.picked.length) return;
  addUp(partOf(work, part, partCalls), into);
  Atomics.add(progress, DONE, 1);
  Atomics.notify(progress, DONE);
  setImmediate(takePart, given);
}

const takeNext = (progress: Int32Array) => Atomics.add(progress, NEXT, 1);

/** The work for a part of the calls alone. Nothing is copied. */
function partOf(work: AddingUp, part: number, partCalls: number): AddingUp {
  const { length, places, padding } = work.picked;
  const from = part * partCalls;
  const to = Math.min(length, from + partCalls);
  const picked = {
    length: to - from,
    places: places?.subarray(from, to),
    padding: padding.subarray(firstFrom(padding, from), firstFrom(padding, to)).map((n) => n - from),
  };
  const groups = work.groups.map((one) => ({ ...one, groups: one.groups.subarray(from, to) }));
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

/** A copy and what it is of: an array that nobody writes any more (another of its memory may be written), and that may be let go meanwhile. */
interface Drawer {
  memory: SharedArrayBuffer;
  of: WeakRef<ByPlace>;
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
      const { length } = from;
      const at = drawers.findIndex((one) => one.of.deref() === from);
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
      drawers.push({ memory, of: new WeakRef<ByPlace>(from), copy, usedIn: pivot });
      return copy as T;
    },
  };
}
