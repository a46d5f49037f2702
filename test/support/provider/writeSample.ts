import { mkdirSync, writeFileSync } from 'node:fs';
import { sampleFiles } from './sampleFiles.ts';

/** `node test/support/provider/writeSample.ts`: writes `resources/sample/` anew; the same text each time. */

const folder = new URL('../../../resources/sample/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of sampleFiles()) writeFileSync(new URL(name, folder), text);
