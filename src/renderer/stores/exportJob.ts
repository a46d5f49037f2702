import { create } from 'zustand';
import type { CommandInput, ExportProgress } from '../../shared/contract.ts';
import type { ErrorValue } from '../../shared/errors.ts';
import { call, problemOf } from '../bridge.ts';
import { tell } from './notices.ts';

interface ExportState {
  /** The running export or the last one; null: none yet. */
  readonly job: ExportProgress | null;
  readonly problem: ErrorValue | null;
}

export const useExport = create<ExportState>()(() => ({ job: null, problem: null }));

type ExportRequest = Omit<CommandInput<'export.start'>, 'token'>;

/** Asks where to save, then starts. Nothing happens if the person changes their mind. */
export async function startExport(suggestedName: string, request: ExportRequest): Promise<void> {
  useExport.setState({ problem: null });
  try {
    const target = await call('export.chooseTarget', { suggestedName });
    if (target === null) return;
    const jobId = await call('export.start', { ...request, token: target.token });
    // Its first event may have come before this answer.
    if (useExport.getState().job?.jobId === jobId) return;
    useExport.setState({
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

export function exportProgressed(job: ExportProgress): void {
  const known = useExport.getState().job;
  if (known === null || job.jobId >= known.jobId) useExport.setState({ job });
}

export function withExport(name: 'export.cancel' | 'export.open' | 'export.reveal', jobId: number): void {
  call(name, { jobId }).catch(tell);
}

/** Back to the form. */
export function forgetExport(): void {
  useExport.setState({ job: null, problem: null });
}
