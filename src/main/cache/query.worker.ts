import { workerData } from 'node:worker_threads';
import { serve } from '../threads.ts';
import { openQuery } from './query.ts';

const { cacheFile } = workerData as { cacheFile: string };

serve(() => openQuery(cacheFile));
