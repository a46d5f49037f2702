import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The server's end of a WebSocket (RFC 6455), as far as texts between a page and a process of the same computer need it. */

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const LAST = 0x80;
const TEXT = 1;
const BINARY = 2;

interface Frame {
  readonly isLast: boolean;
  /** 0 goes on with the message before; above BINARY it is no message. */
  readonly kind: number;
  readonly payload: Buffer;
  /** With its head. */
  readonly bytes: number;
}

/** undefined: not whole yet. */
function readFrame(from: Buffer): Frame | undefined {
  if (from.length < 2) return undefined;
  const short = from.readUInt8(1) & 0x7f;
  const head = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  if (from.length < head + 4) return undefined;
  const length = short === 126 ? from.readUInt16BE(2) : short === 127 ? Number(from.readBigUInt64BE(2)) : short;
  const bytes = head + 4 + length;
  if (from.length < bytes) return undefined;
  // What comes from a page is masked by four bytes over and over.
  const mask = from.subarray(head, head + 4);
  const payload = from.subarray(head + 4, bytes).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  const first = from.readUInt8(0);
  return { isLast: (first & LAST) !== 0, kind: first & 0x0f, payload: Buffer.from(payload), bytes };
}

function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = Buffer.alloc(length < 126 ? 2 : length < 2 ** 16 ? 4 : 10);
  head.writeUInt8(LAST | TEXT, 0);
  head.writeUInt8(length < 126 ? length : length < 2 ** 16 ? 126 : 127, 1);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** Opens what the request asks for; returns how to send a text. */
export function acceptSocket(
  request: IncomingMessage,
  socket: Duplex,
  onMessage: (text: string) => void,
): (text: string) => void {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  let rest: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let frame = readFrame(rest); frame !== undefined; frame = readFrame(rest)) {
      rest = rest.subarray(frame.bytes);
      if (frame.kind > BINARY) return void socket.end();
      parts.push(frame.payload);
      if (!frame.isLast) continue;
      onMessage(Buffer.concat(parts).toString());
      parts = [];
    }
  });
  // The page is gone.
  socket.on('error', () => socket.destroy());
  return (text) => void socket.write(frameOf(text));
}
