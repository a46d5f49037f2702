import { FIRST_VALUE } from './segment.ts';

/** JSON texts and their codes, shared by all batches. Codes below FIRST_VALUE are kinds of blank. */
export class Dictionary {
  readonly #codeOf = new Map<string, number>();
  #characters = 0;
  /** `values[code - FIRST_VALUE]` */
  readonly values: string[] = [];

  code(value: string): number {
    let code = this.#codeOf.get(value);
    if (code === undefined) {
      code = this.values.length + FIRST_VALUE;
      this.#codeOf.set(value, code);
      this.values.push(value);
      this.#characters += value.length;
    }
    return code;
  }

  find(value: string): number | undefined {
    return this.#codeOf.get(value);
  }

  /** Codes in use, blanks included: the length of a table by code. */
  get size(): number {
    return this.values.length + FIRST_VALUE;
  }

  /** About so many bytes of memory: each text with its place in the map and the list. */
  get bytes(): number {
    return this.#characters + this.values.length * 72;
  }
}
