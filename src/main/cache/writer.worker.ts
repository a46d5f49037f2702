import { workerData } from 'node:worker_threads';
import { serve } from '../threads.ts';
import { openWriter } from './writer.ts';

const { cacheFile } = workerData as { cacheFile: string };

serve(() => openWriter(cacheFile));
