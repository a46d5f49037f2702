/**
 * Text as UTF-8, piece by piece at its place. What stands often is encoded once and then copied: unlike texts put together by + it leaves
 * nothing behind for the garbage collector, whose work was a tenth of an export.
 */
export abstract class Bytes {
  protected buffer: Buffer;
  protected length = 0;

  protected constructor(size: number) {
    this.buffer = Buffer.allocUnsafeSlow(size);
  }

  /** Makes room for so many bytes more. */
  protected abstract makeRoom(bytes: number): void;

  /** Halves of characters are written as �. */
  write(text: string): void {
    // A UTF-16 unit takes three bytes at most.
    this.#ensure(text.length * 3);
    this.length += this.buffer.write(text, this.length);
  }

  /** Copies a text between two others if it is `plain`; false: it is not, and nothing is written. */
  copyIf(plain: Plain, before: Buffer, source: Buffer, from: number, to: number, after: Buffer): boolean {
    const bytes = to - from;
    this.#ensure(before.length + bytes + after.length);
    const { buffer, length: start } = this;
    const at = start + before.length - from;
    for (let i = from; i < to; i++) {
      const byte = source[i] ?? 0;
      const kind = plain[byte];
      if (kind !== PLAIN && (kind !== NOT_BEFORE_X || source[i + 1] === SMALL_X)) return false;
      buffer[at + i] = byte;
    }
    for (let i = 0; i < before.length; i++) buffer[start + i] = before[i] ?? 0;
    for (let i = 0; i < after.length; i++) buffer[at + to + i] = after[i] ?? 0;
    this.length = at + to + after.length;
    return true;
  }

  /** The same as `write` for a short text of ASCII alone. */
  writeAscii(text: string): void {
    const { length } = text;
    this.#ensure(length);
    const { buffer, length: at } = this;
    for (let i = 0; i < length; i++) buffer[at + i] = text.charCodeAt(i);
    this.length = at + length;
  }

  /** Writes what `encoded` made. */
  copy(bytes: Buffer): void {
    this.copyOf(bytes, 0, bytes.length);
  }

  /** The same with a part of bytes that `encoded` or another of these made. */
  copyOf(source: Buffer, from: number, to: number): void {
    const bytes = to - from;
    this.#ensure(bytes);
    const { buffer, length: at } = this;
    if (bytes > SHORT) source.copy(buffer, at, from, to);
    else for (let i = 0; i < bytes; i++) buffer[at + i] = source[from + i] ?? 0;
    this.length = at + bytes;
  }

  #ensure(bytes: number): void {
    if (this.length + bytes > this.buffer.length) this.makeRoom(bytes);
  }
}

/** By byte: what stands in the file as it is, always or unless an x follows. */
export type Plain = Uint8Array;
const PLAIN = 1;
const NOT_BEFORE_X = 2;
const SMALL_X = 0x78;

/** The signs of ASCII that are plain: all but controls and those named. */
export function plainBut(signs: string, notBeforeX = ''): Plain {
  return Uint8Array.from({ length: 0x100 }, (_, byte) => {
    const sign = String.fromCharCode(byte);
    if (byte < 0x20 || byte > 0x7e || signs.includes(sign)) return 0;
    return notBeforeX.includes(sign) ? NOT_BEFORE_X : PLAIN;
  });
}

/** Up to so many bytes are copied or written one by one, as asking for all at once takes longer. */
const SHORT = 40;

/** Texts and other pieces of bytes, each with a number; 0 is empty. */
export class Snippets extends Bytes {
  /** Where each ends; where it begins, the one before ends. */
  #ends = new Uint32Array(1024);
  #count = 1;

  constructor() {
    super(64 * 1024);
  }

  /** The number of what was written since the last one ended. */
  end(): number {
    if (this.#count === this.#ends.length) {
      const more = new Uint32Array(this.#ends.length * 2);
      more.set(this.#ends);
      this.#ends = more;
    }
    this.#ends[this.#count] = this.length;
    return this.#count++;
  }

  /** Forgets them all; the memory is used again. */
  clear(): void {
    this.length = 0;
    this.#count = 1;
  }

  copyTo(target: Bytes, number: number): void {
    target.copyOf(this.buffer, this.#ends[number - 1] ?? 0, this.#ends[number] ?? 0);
  }

  protected makeRoom(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.length + bytes, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

/** Of the rows of a sheet between two turns of the thread, in which one piece is compressed. */
const PIECE = 2 * 2 ** 20;

/** Hands on what is written to it in large pieces. */
export class ByteStream extends Bytes {
  readonly #handOn: (bytes: Buffer) => void;

  constructor(handOn: (bytes: Buffer) => void) {
    super(PIECE);
    this.#handOn = handOn;
  }

  flush(): void {
    this.#flush(PIECE);
  }

  #flush(next: number): void {
    if (this.length > 0) this.#handOn(this.buffer.subarray(0, this.length));
    else if (next <= this.buffer.length) return;
    this.buffer = Buffer.allocUnsafeSlow(next);
    this.length = 0;
  }

  protected makeRoom(bytes: number): void {
    this.#flush(Math.max(bytes, PIECE));
  }
}

/** Bytes to be copied: all of one class, as code that copies two kinds is slower. */
export function encoded(text: string): Buffer {
  return Buffer.from(text);
}
