import type { Layout } from './layout.ts';
import { NO_NUMBER, type Numbers } from './segment.ts';

/** A column of numbers over all calls, and what its values lie between: of all, and batch by batch. */

export interface NumberColumn {
  /** By place: durations in seconds, times and dates in ms since epoch UTC. */
  readonly values: Numbers;
  /** A value is there if it is less than this. */
  readonly limit: number;
  /** Some call has no value. */
  readonly hasMissing: boolean;
  /** The least and the greatest value; NaN where there is none. */
  readonly min: number;
  readonly max: number;
  readonly spans: Spans;
}

/** By batch, in the order of the layout: the least value (Infinity: none) and the greatest (-Infinity: none). */
export interface Spans {
  readonly least: Float64Array;
  readonly most: Float64Array;
  /** 1: some call of the batch has no value. */
  readonly missing: Uint8Array;
}

interface Before {
  readonly layout: Layout;
  readonly value: NumberColumn;
}

/** Of the batches that are as they were before, nothing is looked at again: while a sync goes on, one batch of a hundred changes. */
export function describeNumbers(values: Numbers, { batches, starts }: Layout, before?: Before): NumberColumn {
  const limit = values instanceof Float64Array ? Infinity : NO_NUMBER;
  const known = new Map(before?.layout.batches.map((batch, b) => [batch.batchNo, { batch, b }]));
  const spans = {
    least: new Float64Array(batches.length).fill(Infinity),
    most: new Float64Array(batches.length).fill(-Infinity),
    missing: new Uint8Array(batches.length),
  };
  batches.forEach(({ batchNo, revision, count }, b) => {
    const was = known.get(batchNo);
    if (before !== undefined && was?.batch.revision === revision && was.batch.count === count) {
      spans.least[b] = before.value.spans.least[was.b] as number;
      spans.most[b] = before.value.spans.most[was.b] as number;
      spans.missing[b] = before.value.spans.missing[was.b] as number;
      return;
    }
    const start = starts[b] as number;
    let [low, high, missing] = [Infinity, -Infinity, 0];
    for (let place = start; place < start + count; place++) {
      const value = values[place] as number;
      if (!(value < limit)) missing = 1;
      else {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    spans.least[b] = low;
    spans.most[b] = high;
    spans.missing[b] = missing;
  });
  const min = spans.least.reduce((one, other) => Math.min(one, other), Infinity);
  const max = spans.most.reduce((one, other) => Math.max(one, other), -Infinity);
  const isEmpty = min > max;
  return {
    values,
    limit,
    hasMissing: spans.missing.includes(1),
    min: isEmpty ? NaN : min,
    max: isEmpty ? NaN : max,
    spans,
  };
}
