import { once } from 'node:events';
import { Worker, parentPort, type ResourceLimits, type TransferListItem } from 'node:worker_threads';
import { CallbookError, fromErrorValue, toErrorValue, type ErrorValue } from '../shared/errors.ts';
import { wait } from './wait.ts';

/**
 * Questions to a worker thread and their answers. A question carries a number; its caller can cancel it, hear of progress, and
 * gets a typed error. What handlers do is synchronous (SQLite is), so cancelling is a flag in shared memory that they look at.
 */

/** What a handler may do beside answering. */
export interface Task {
  /** Throws CANCELLED once the caller no longer wants the answer. Look between portions of work. */
  throwIfCancelled(): void;
  progress(value: unknown): void;
  /** Buffers that the answer hands over instead of copying. */
  transfer(...buffers: ArrayBufferLike[]): void;
}

export type Handlers = { readonly [name: string]: (input: never, task: Task) => unknown };

interface Question {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
  readonly cancelled: Int32Array;
}

/** Asks a thread to end itself. */
const END = 'end';
/** A thread that is in the middle of something for longer is stopped there. */
const ENDS_WITHIN_MS = 1_000;

type Reply =
  | { readonly id: number; readonly type: 'progress'; readonly value: unknown }
  | { readonly id: number; readonly type: 'done'; readonly value: unknown }
  | { readonly id: number; readonly type: 'failed'; readonly error: ErrorValue; readonly cause: string };

/**
 * Answers questions in a worker thread. Call once, at the thread's start. `open` makes the handlers at the first question, so that
 * what fails then (a damaged file, a newer one) is that question's answer and not a crash; the next question tries again.
 */
export function serve(open: () => Handlers): void {
  const port = parentPort;
  if (port === null) throw new Error('serve() belongs in a worker thread');
  let handlers: Handlers | undefined;
  port.on('message', async (question: Question | typeof END) => {
    // Ends this thread, not the process.
    if (question === END) process.exit();
    const transfers: TransferListItem[] = [];
    const reply = (message: Reply) => port.postMessage(message, message.type === 'done' ? transfers : []);
    const task: Task = {
      throwIfCancelled() {
        if (Atomics.load(question.cancelled, 0) === 1) throw new CallbookError('CANCELLED');
      },
      progress: (value) => reply({ id: question.id, type: 'progress', value }),
      transfer: (...buffers) => transfers.push(...(buffers as ArrayBuffer[])),
    };
    try {
      handlers ??= open();
      const handler = Object.hasOwn(handlers, question.name) ? handlers[question.name] : undefined;
      if (handler === undefined) throw new CallbookError('UNKNOWN_COMMAND');
      task.throwIfCancelled();
      reply({ id: question.id, type: 'done', value: await handler(question.input as never, task) });
    } catch (thrown) {
      const cause = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      reply({ id: question.id, type: 'failed', error: toErrorValue(thrown), cause });
    }
  });
}

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: unknown) => void) | undefined;
  readonly transfer?: readonly ArrayBuffer[] | undefined;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly onProgress: ((value: unknown) => void) | undefined;
}

type InputOf<Handler> = Handler extends (input: infer Input, task: Task) => unknown ? Input : never;
type OutputOf<Handler> = Handler extends (input: never, task: Task) => infer Output ? Awaited<Output> : never;

/** The caller's end of a worker thread. A thread that crashes fails its open questions with WORKER_CRASHED and starts again at the next one. */
export class Thread<H extends Handlers> {
  readonly #entry: URL;
  readonly #workerData: unknown;
  readonly #onCrash: (error: Error) => void;
  readonly #limits: ResourceLimits;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #lastId = 0;
  #isClosed = false;

  /** `workerData` is structured-cloned to the thread at every start. */
  constructor(entry: URL, workerData: unknown, onCrash: (error: Error) => void, limits: ResourceLimits = {}) {
    this.#limits = limits;
    this.#entry = entry;
    this.#workerData = workerData;
    this.#onCrash = onCrash;
  }

  #open(): Worker {
    const worker = new Worker(this.#entry, { workerData: this.#workerData, resourceLimits: this.#limits });
    worker.on('message', (reply: Reply) => this.#receive(reply));
    worker.on('error', (error) => this.#stopped(worker, error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => this.#stopped(worker, new Error(`thread ended with code ${code}`)));
    return worker;
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    if (reply.type === 'progress') return pending.onProgress?.(reply.value);
    this.#pending.delete(reply.id);
    if (reply.type === 'done') return pending.resolve(reply.value);
    const error = fromErrorValue(reply.error);
    error.cause = reply.cause;
    pending.reject(error);
  }

  #stopped(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new CallbookError('WORKER_CRASHED', undefined, { cause: error }));
    if (!this.#isClosed) this.#onCrash(error);
  }

  /** Asks; rejects with a CallbookError. After `signal` aborts, the answer is CANCELLED at once and the thread stops when it looks. */
  ask<Name extends keyof H & string>(
    name: Name,
    input: InputOf<H[Name]>,
    options: AskOptions = {},
  ): Promise<OutputOf<H[Name]>> {
    if (this.#isClosed || options.signal?.aborted) return Promise.reject(new CallbookError('CANCELLED'));
    const worker = (this.#worker ??= this.#open());
    const id = ++this.#lastId;
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        Atomics.store(cancelled, 0, 1);
        this.#pending.delete(id);
        reject(new CallbookError('CANCELLED'));
      };
      options.signal?.addEventListener('abort', onAbort, { once: true });
      const settled = () => options.signal?.removeEventListener('abort', onAbort);
      this.#pending.set(id, {
        resolve: (value) => (settled(), resolve(value as OutputOf<H[Name]>)),
        reject: (error) => (settled(), reject(error)),
        onProgress: options.onProgress,
      });
      const question: Question = { id, name, input, cancelled };
      worker.postMessage(question, [...(options.transfer ?? [])]);
    });
  }

  /** Has it loaded before the first question. */
  start(): void {
    this.#worker ??= this.#open();
  }

  /** It has been started or asked something. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /**
   * Ends the thread. Open questions fail with CANCELLED. It ends between two pieces of its work: Node aborts the whole process where a
   * thread is stopped while it makes a compressor ("close before init" in node_zlib.cc).
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    for (const { reject } of this.#pending.values()) reject(new CallbookError('CANCELLED'));
    this.#pending.clear();
    if (worker === undefined) return;
    const ended = once(worker, 'exit').catch(() => undefined);
    worker.postMessage(END);
    await Promise.race([ended, wait(ENDS_WITHIN_MS, undefined, { ref: false })]);
    await worker.terminate();
  }
}
