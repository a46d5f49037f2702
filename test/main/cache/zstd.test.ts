import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack, whenReady } from '../../../src/main/cache/zstd.ts';

const text = (length: number) => Buffer.from(Array.from({ length }, (_, i) => `word${(i * 7919) % 1000} `).join(''));

test('what was packed comes back, by Node at first and by WebAssembly then, however long', async () => {
  const some = [Buffer.alloc(0), Buffer.from('{}'), text(1_000), text(50_000), text(500_000), Buffer.alloc(3_000_000)];
  for (const bytes of some) expect(unpack(pack(bytes)).equals(bytes)).toBe(true);
  expect(await whenReady).toBe(true);
  for (const bytes of some) expect(unpack(pack(bytes)).equals(bytes)).toBe(true);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
      expect(unpack(pack(bytes)).equals(bytes)).toBe(true);
    }),
  );
});

test('a thread that unpacks pages does not load what the network needs', async () => {
  const zstd = new URL('../../../src/main/cache/zstd.ts', import.meta.url).href;
  const thread = new Worker(
    `import(${JSON.stringify(zstd)}).then(async ({ whenReady }) => {
      const isReady = await whenReady;
      const { parentPort } = require('node:worker_threads');
      // Undici keeps its dispatcher here once it is loaded.
      const isLoaded = Symbol.for('undici.globalDispatcher.1') in globalThis;
      parentPort.postMessage({ isReady, isLoaded, hasFetch: typeof fetch });
    })`,
    { eval: true },
  );
  const [told] = (await once(thread, 'message')) as unknown[];
  expect(told).toEqual({ isReady: true, isLoaded: false, hasFetch: 'function' });
  await thread.terminate();
});

test('a page with any byte changed, or cut off, is refused or is the same page still', async () => {
  await whenReady;
  const bytes = text(1_200);
  const packed = pack(bytes);
  const unpacked = (damaged: Uint8Array) => {
    try {
      return unpack(damaged).equals(bytes) ? 'the same' : 'another';
    } catch {
      return 'refused';
    }
  };
  const ends = new Set<string>();
  for (let at = 0; at < packed.length; at++) {
    for (const mask of [1, 0x10, 0x80, 0xff]) {
      const damaged = Uint8Array.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ mask;
      ends.add(unpacked(damaged));
    }
    expect(unpacked(packed.subarray(0, at)), `cut off after ${at}`).toBe('refused');
  }
  expect(ends).not.toContain('another');
  expect(unpacked(packed)).toBe('the same');
});
