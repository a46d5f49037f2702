import { parentPort, workerData } from 'node:worker_threads';
import { doGiven, type Given } from './secondThread.ts';

parentPort?.on('message', (given: Given) => doGiven(given));
Atomics.store((workerData as { readonly ready: Int32Array }).ready, 0, 1);
