import { execFileSync } from 'node:child_process';
import { benchRow, type Bench } from './bench.ts';
import { build, buildScript } from './built.ts';
import { benchCacheFolder } from './cache.ts';

/** Memory of the whole app without its window after a day's questions. */

export const bench: Bench = async ({ isQuick }) => {
  build();
  const folder = benchCacheFolder(isQuick ? 20_000 : 1_000_000);
  const script = await buildScript('wholeApp');
  const printed = execFileSync(process.execPath, [script, folder, 'day'], { encoding: 'utf8' });
  const { mostBytes, restBytes, ms } = JSON.parse(printed) as Record<'mostBytes' | 'restBytes' | 'ms', number>;
  const inMB = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  const note = `${inMB(restBytes)} half a minute later, at most ${inMB(mostBytes)}; all threads, without the window`;
  return [benchRow('memory', 'a day’s questions', ms, {}, note)];
};
