import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ZSTDDecoder } from 'zstddec';

/**
 * The compression of what the cache keeps as received. Node's zlib makes a stream, outside the heap, for each piece: of a page's 40 µs that
 * is most, and what it leaves for the collector makes one search in twenty twice as long. zstd in WebAssembly takes 15 µs, so Node's is
 * asked only for what is large, or while the other is not ready, which takes a moment after the start of a thread.
 */

/** The first level takes half the time of the usual third, and the pages are less than a hundredth larger. */
const LEVEL = 1;
/** What is longer than this is left to Node: the room must be there before it is known how much is needed. */
const MOST_BYTES = 512 * 1024;
/** As compressed, what is hardly ever longer than that. */
const MOST_PACKED = 64 * 1024;
/** Most pages fit in one piece of this. */
const CHUNK = 12 * 1024;

const decoder = new ZSTDDecoder();
let isReady = false;
/** Resolves once small pieces are no longer unpacked by Node; false: this machine does not let WebAssembly run, and they always are. */
export const whenReady: Promise<boolean> = withoutFetch(() => decoder.init()).then(
  () => (isReady = true),
  () => false,
);

/** The package has its code as text, which it would ask `fetch` for: loading Node's takes 100 ms and 10 MB in each thread. */
function withoutFetch<T>(work: () => T): T {
  const { fetch } = globalThis;
  Reflect.deleteProperty(globalThis, 'fetch');
  try {
    return work();
  } finally {
    globalThis.fetch = fetch;
  }
}

/** With a checksum, so that what is damaged on disk is not taken for what was received. */
export function pack(bytes: Uint8Array): Buffer {
  return zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
    // Knowing it beforehand takes half the time: zstd's tables are then no larger than the page needs.
    pledgedSrcSize: bytes.length,
  });
}

/** Throws what Node says of bytes that are not what `pack` made. */
export function unpack(packed: Uint8Array): Buffer {
  if (isReady && packed.length <= MOST_PACKED) {
    const bytes = decoder.decode(packed, MOST_BYTES);
    // Nothing: damaged, or too long. What is wrong says Node.
    if (bytes.length > 0) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  return zstdDecompressSync(packed, { chunkSize: CHUNK });
}
