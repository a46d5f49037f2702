/** The bytes of an answer; undefined where they are more than `most`, of which no more are taken then. Not every storage says how many come. */
export async function readUpTo(answer: Response, most: number): Promise<ArrayBuffer | undefined> {
  if (Number(answer.headers.get('content-length') ?? 0) > most) {
    await answer.body?.cancel();
    return undefined;
  }
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  // Leaving the loop ends the answer.
  for await (const piece of answer.body ?? []) {
    size += piece.length;
    if (size > most) return undefined;
    pieces.push(piece);
  }
  return new Blob(pieces).arrayBuffer();
}
