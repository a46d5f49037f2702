import { create } from 'zustand';
import type { CommandInput, ExportProgress } from '../../shared/contract.ts';
import type { ErrorValue } from '../../shared/errors.ts';
import { formatDateTime } from '../../shared/format.ts';
import { call, problemOf } from '../bridge.ts';
import { tell } from './notices.ts';

interface ExportState {
  /** The running export or the last one; null: none yet. */
  readonly job: ExportProgress | null;
  /** How long the running one will take, by what it has written; null: too early to say. */
  readonly secondsLeft: number | null;
  readonly problem: ErrorValue | null;
}

const nothing: ExportState = { job: null, secondsLeft: null, problem: null };

export const useExport = create<ExportState>()(() => nothing);

type ExportRequest = Omit<CommandInput<'export.start'>, 'token'>;

let last: { readonly end: string; readonly request: ExportRequest } | undefined;

/** Asks where to save, then starts. Nothing happens if the person changes their mind. `end` is that of the file's name; a folder has none. */
export async function startExport(end: string, request: ExportRequest): Promise<void> {
  last = { end, request };
  const suggestedName = `Callbook ${formatDateTime(Date.now(), request.selection.timeZone).slice(0, 10)}${end}`;
  useExport.setState({ problem: null });
  try {
    const target = await call('export.chooseTarget', { suggestedName });
    if (target === null) return;
    const jobId = await call('export.start', { ...request, token: target.token });
    // Its first event may have come before this answer.
    if (useExport.getState().job?.jobId === jobId) return;
    useExport.setState({
      secondsLeft: null,
      job: {
        jobId,
        fileName: target.fileName,
        state: 'running',
        startedAt: Date.now(),
        files: 1,
        rowsWritten: 0,
        rowsTotal: 0,
        sheets: [],
        cuts: [],
        error: null,
      },
    });
  } catch (thrown) {
    useExport.setState({ problem: problemOf(thrown) });
  }
}

/** The export that failed once more, to another place. */
export async function saveElsewhere(): Promise<void> {
  if (last !== undefined) await startExport(last.end, last.request);
}

/** Before it the speed of the first rows says little. */
const FIRST_GUESS_MS = 1_000;

function secondsLeft({ state, startedAt, rowsWritten, rowsTotal }: ExportProgress): number | null {
  const passedMs = Date.now() - startedAt;
  if (state !== 'running' || rowsWritten === 0 || passedMs < FIRST_GUESS_MS) return null;
  return Math.ceil(((rowsTotal - rowsWritten) * passedMs) / rowsWritten / 1_000);
}

export function exportProgressed(job: ExportProgress): void {
  const known = useExport.getState().job;
  if (known === null || job.jobId >= known.jobId) useExport.setState({ job, secondsLeft: secondsLeft(job) });
}

export function withExport(name: 'export.cancel' | 'export.open' | 'export.reveal', jobId: number): void {
  call(name, { jobId }).catch(tell);
}

/** Back to the form. */
export function forgetExport(): void {
  useExport.setState(nothing);
}
