/**
 * Values between the stand-in's main process and its page, as Electron's structured clone would carry them, in one string.
 * `makeWire` must not use anything outside itself: its text also runs in the page.
 */
export function makeWire() {
  type Tagged = { $: string; v?: unknown };
  const arrays: Record<string, { new (buffer: ArrayBuffer): ArrayBufferView }> = {
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  };

  function toBase64(bytes: Uint8Array): string {
    // Node's btoa takes a hundred times as long.
    if (typeof Buffer !== 'undefined')
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
  }

  function fromBase64(text: string): ArrayBuffer {
    // The page's Chromium has it, Node has not yet; letter by letter it takes as long as drawing the rows that the bytes hold.
    const { fromBase64: native } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
    if (native !== undefined) return native(text).buffer;
    return Uint8Array.from(Buffer.from(text, 'base64')).buffer;
  }

  /** Memory shared between threads cannot leave the process. */
  function isShared(value: unknown): boolean {
    const memory = ArrayBuffer.isView(value) ? value.buffer : value;
    return Object.prototype.toString.call(memory) === '[object SharedArrayBuffer]';
  }

  function pack(value: unknown): unknown {
    if (value === undefined) return { $: 'undefined' };
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $: 'number', v: Object.is(value, -0) ? '-0' : String(value) };
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) };
    if (typeof value === 'function' || typeof value === 'symbol' || isShared(value)) {
      throw new Error('An object could not be cloned.');
    }
    if (value instanceof Date) return { $: 'Date', v: pack(value.getTime()) };
    if (Array.isArray(value)) return Array.from(value, pack);
    if (value instanceof Map) return { $: 'Map', v: [...value].map(pack) };
    if (value instanceof Set) return { $: 'Set', v: [...value].map(pack) };
    if (value instanceof ArrayBuffer) return { $: 'ArrayBuffer', v: toBase64(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) {
      // By its tag, not its class: Node's Buffer arrives as the Uint8Array it is.
      const kind = Object.prototype.toString.call(value).slice(8, -1);
      return { $: kind, v: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    }
    return { $: 'object', v: Object.entries(value).map(([key, inner]) => [key, pack(inner)]) };
  }

  function unpack(packed: unknown): unknown {
    if (typeof packed !== 'object' || packed === null) return packed;
    if (Array.isArray(packed)) return packed.map(unpack);
    const { $: tag, v } = packed as Tagged;
    switch (tag) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(v);
      case 'bigint':
        return BigInt(v as string);
      case 'Date':
        return new Date(unpack(v) as number);
      case 'Map':
        return new Map((v as unknown[]).map((entry) => unpack(entry) as [unknown, unknown]));
      case 'Set':
        return new Set((v as unknown[]).map(unpack));
      case 'ArrayBuffer':
        return fromBase64(v as string);
      case 'object':
        return Object.fromEntries((v as [string, unknown][]).map(([key, inner]) => [key, unpack(inner)]));
      default: {
        const View = arrays[tag];
        if (View === undefined) throw new Error(`unknown kind of value ${tag}`);
        return new View(fromBase64(v as string));
      }
    }
  }

  return {
    encode: (value: unknown): string => JSON.stringify(pack(value)),
    decode: (text: string): unknown => unpack(JSON.parse(text)),
  };
}
