/**
 * Gathers text as UTF-8 and hands it on in large pieces. Putting a text together by + and encoding it at the end takes five times as long
 * as writing each piece to its place at once; what is written often is encoded once and then copied, the quickest of all.
 */

/** Of the rows of a sheet between two turns of the thread, in which one piece is compressed. */
const PIECE = 2 * 2 ** 20;

export class Bytes {
  readonly #handOn: (bytes: Buffer) => void;
  #buffer = Buffer.allocUnsafeSlow(PIECE);
  #length = 0;
  #handedOn = 0;

  constructor(handOn: (bytes: Buffer) => void) {
    this.#handOn = handOn;
  }

  /** Bytes so far. */
  get total(): number {
    return this.#handedOn + this.#length;
  }

  /** A copy of what was written since `total` was that; undefined: it is no longer here. */
  since(total: number): Uint8Array | undefined {
    return total < this.#handedOn
      ? undefined
      : Uint8Array.from(this.#buffer.subarray(total - this.#handedOn, this.#length));
  }

  /** Halves of characters are written as �. */
  write(text: string): void {
    // A UTF-16 unit takes three bytes at most.
    const most = text.length * 3;
    if (this.#length + most > PIECE) {
      this.flush();
      if (most > PIECE) return this.#give(Buffer.from(text));
    }
    this.#length += this.#buffer.write(text, this.#length);
  }

  /** The same for a short text of ASCII alone: letter by letter, as calling the encoder takes longer than a few letters. */
  writeAscii(text: string): void {
    const { length } = text;
    if (this.#length + length > PIECE) this.flush();
    const buffer = this.#buffer;
    const at = this.#length;
    for (let i = 0; i < length; i++) buffer[at + i] = text.charCodeAt(i);
    this.#length = at + length;
  }

  /** Writes what `encoded` made; it is at most half a piece long. */
  copy(bytes: Uint8Array): void {
    if (this.#length + bytes.length > PIECE) this.flush();
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  flush(): void {
    if (this.#length === 0) return;
    this.#give(this.#buffer.subarray(0, this.#length));
    this.#buffer = Buffer.allocUnsafeSlow(PIECE);
    this.#length = 0;
  }

  #give(bytes: Buffer): void {
    this.#handedOn += bytes.length;
    this.#handOn(bytes);
  }
}

const encoder = new TextEncoder();

export function encoded(text: string): Uint8Array {
  return encoder.encode(text);
}
