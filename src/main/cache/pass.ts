import type { WritableDb } from './database.ts';

/**
 * How far a batch has been read: kept in the same transaction as each page's rows, so that a sync that was killed goes on where it
 * stopped, no page twice and none half. Gone with the end of the batch's sync.
 */
export interface Pass {
  /** Page to ask for next; pages are counted from 1. */
  nextPage: number;
  /** Calls in the cache when the sync of the batch began: those at later positions are new. */
  readonly firstNew: number;
  /** Positions of the calls that this pass has seen. */
  seen: PositionSet;
  /** Positions of the calls that have changed since the sync of the batch began. */
  readonly changed: PositionSet;
  /** Positions of calls that were contacts, not called yet, when the sync of the batch began: they count as new. */
  readonly called: PositionSet;
}

/** A set of positions in a batch, one bit each. */
export class PositionSet {
  #bits: Uint8Array;
  #size: number;

  constructor(bits: Uint8Array = new Uint8Array(256)) {
    this.#bits = new Uint8Array(bits);
    this.#size = 0;
    for (let position = 0; position < bits.length * 8; position++) if (this.has(position)) this.#size++;
  }

  get size(): number {
    return this.#size;
  }

  has(position: number): boolean {
    return ((this.#bits[position >> 3] ?? 0) & (1 << (position & 7))) !== 0;
  }

  add(position: number): void {
    if (this.has(position)) return;
    const at = position >> 3;
    if (at >= this.#bits.length) {
      const longer = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
      longer.set(this.#bits);
      this.#bits = longer;
    }
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (position & 7));
    this.#size++;
  }

  bytes(): Uint8Array {
    return this.#bits;
  }
}

interface PassRow {
  readonly run_id: number;
  readonly state: string;
  readonly next_page: number;
  readonly first_new: number;
  readonly seen: Uint8Array;
  readonly changed: Uint8Array;
  readonly called: Uint8Array;
}

/** What an earlier sync left unfinished. Pages count on only while the provider says the same of the batch (`state`). */
export function getPass(db: WritableDb, batchNo: number): { pass: Pass; state: string; runId: number } | undefined {
  const row = db.prepare<[number], PassRow>('SELECT * FROM pass WHERE batch_no = ?').get(batchNo);
  if (row === undefined) return undefined;
  const pass: Pass = {
    nextPage: row.next_page,
    firstNew: row.first_new,
    seen: new PositionSet(row.seen),
    changed: new PositionSet(row.changed),
    called: new PositionSet(row.called),
  };
  return { pass, state: row.state, runId: row.run_id };
}

export function savePass(db: WritableDb, batchNo: number, runId: number, state: string, pass: Pass): void {
  db.prepare(
    `INSERT INTO pass (batch_no, run_id, state, next_page, first_new, seen, changed, called) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (batch_no) DO UPDATE SET run_id = excluded.run_id, state = excluded.state, next_page = excluded.next_page,
       first_new = excluded.first_new, seen = excluded.seen, changed = excluded.changed, called = excluded.called`,
  ).run(
    batchNo,
    runId,
    state,
    pass.nextPage,
    pass.firstNew,
    pass.seen.bytes(),
    pass.changed.bytes(),
    pass.called.bytes(),
  );
}

export function deletePass(db: WritableDb, batchNo: number): void {
  db.prepare('DELETE FROM pass WHERE batch_no = ?').run(batchNo);
}
