import { spawnSync } from 'node:child_process';

/** What a bench is and how it measures. */

export interface BenchOptions {
  /** Small sizes, so that benches keep running in CI; its numbers say nothing. */
  readonly isQuick: boolean;
}

export interface BenchRow {
  readonly bench: string;
  readonly case: string;
  /** Median of at least seven runs after warm-up. */
  readonly ours_ms: number;
  readonly peers: Readonly<Record<string, number>>;
  /** peer / ours: above 1, Callbook is faster. */
  readonly ratio: Readonly<Record<string, number>>;
  /** What is not a time: bytes, calls a second, p95. */
  readonly note?: string;
}

export type Bench = (options: BenchOptions) => Promise<readonly BenchRow[]>;

const RUNS = 9;
const WARM_UPS = 7;

/** Times of the runs in ms, ascending. `prepare` is not timed. */
export async function timesOf(
  work: () => unknown,
  { runs = RUNS, warmUps = WARM_UPS, prepare }: { runs?: number; warmUps?: number; prepare?: () => unknown } = {},
): Promise<number[]> {
  const times: number[] = [];
  for (let run = -warmUps; run < runs; run++) {
    await prepare?.();
    const start = performance.now();
    await work();
    if (run >= 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

/** `share` of 0 to 1 of ascending times: 0.5 is the median. */
export function quantile(times: readonly number[], share: number): number {
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
}

export async function medianMs(work: () => unknown, options?: Parameters<typeof timesOf>[1]): Promise<number> {
  return quantile(await timesOf(work, options), 0.5);
}

/** Throws where there is no time: a bench that measured nothing has failed. */
export function benchRow(
  bench: string,
  name: string,
  oursMs: number,
  peers: Readonly<Record<string, number>> = {},
  note?: string,
): BenchRow {
  if (!Number.isFinite(oursMs)) throw new Error(`${bench}, ${name}: nothing was measured`);
  const ratio = Object.fromEntries(Object.entries(peers).map(([peer, peerMs]) => [peer, peerMs / oursMs]));
  return { bench, case: name, ours_ms: oursMs, peers, ratio, ...(note === undefined ? {} : { note }) };
}

/** The python that peers run in; CALLBOOK_BENCH_PYTHON names one. */
export const python = process.env['CALLBOOK_BENCH_PYTHON'] ?? 'python3';

/** False, and said so, where the python has not all of the modules. */
export function hasPythonModules(...modules: readonly string[]): boolean {
  const isThere = spawnSync(python, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' }).status === 0;
  if (!isThere) console.error(`  ${modules.join(' and ')} not installed for ${python}, so not measured`);
  return isThere;
}
