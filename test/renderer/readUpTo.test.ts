import { expect, test } from 'vitest';
import { readUpTo } from '../../src/renderer/screens/calls/detail/readUpTo.ts';

const PIECE = 1_000;

/** An answer of a thousand pieces, and how many of them were taken. */
function answerOf(pieces: number, headers: Record<string, string> = {}): { answer: Response; taken: () => number } {
  let taken = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(stream) {
      if (taken++ === pieces) stream.close();
      else stream.enqueue(new Uint8Array(PIECE).fill(taken % 7));
    },
  });
  return { answer: new Response(body, { headers }), taken: () => taken };
}

test('a recording is read whole where it is short', async () => {
  const { answer } = answerOf(3);
  const bytes = new Uint8Array((await readUpTo(answer, 3 * PIECE)) ?? new ArrayBuffer());
  expect([bytes.length, bytes[0], bytes[PIECE], bytes[2 * PIECE]]).toEqual([3 * PIECE, 1, 2, 3]);
});

test.each<Record<string, string>>([{}, { 'content-length': String(1_000 * PIECE) }])(
  'of a recording that is too long no more is taken, with the headers %j',
  async (headers) => {
    const { answer, taken } = answerOf(1_000, headers);
    expect(await readUpTo(answer, 5 * PIECE)).toBeUndefined();
    expect(taken()).toBeLessThan(10);
    // Its source is let go.
    expect((await answer.body?.getReader().read())?.done).toBe(true);
  },
);
