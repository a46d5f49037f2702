import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer } from 'ws';
import { answerRequest } from './protocol.ts';

/**
 * Where the window's page has its files from, and the socket through which it and the main process talk. It listens on this computer only,
 * and answers nobody but its own Chromium, which has a cookie; the socket's name is known to the preload alone.
 */
export interface PageServer {
  readonly port: number;
  readonly cookie: { readonly name: string; readonly value: string };
  readonly socketPath: string;
  close(): void;
}

/** A page that has connected: hears what it says, and is given how to talk to it. */
export type OnPage = (say: (text: string) => void) => (text: string) => void;

export async function openPageServer(onPage: OnPage): Promise<PageServer> {
  const cookie = { name: 'stand-in', value: randomUUID() };
  const socketPath = `/${randomUUID()}`;
  const isOwn = ({ headers }: IncomingMessage) => headers.cookie?.includes(`${cookie.name}=${cookie.value}`) === true;

  const server = createServer((request, response) => {
    const answered = isOwn(request) ? answer(request, response) : Promise.reject(new Error('not our Chromium'));
    answered.catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    if (!isOwn(request) || request.url !== socketPath) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (page) => {
      const hear = onPage((text) => page.send(text));
      page.on('message', (text) => hear(String(text)));
      // The page is gone.
      page.on('error', () => page.terminate());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    cookie,
    socketPath,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer({ method = 'GET', url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  // The one header of the page's requests that a handler may need: which part of a sound or film to send.
  const { range } = headers;
  const answered = await answerRequest(`http://${headers.host}${url}`, {
    method,
    headers: range === undefined ? {} : { range },
  });
  if (answered === undefined) return void response.destroy();
  // Chromium keeps what comes by HTTP, but nothing of a scheme of one's own.
  response.writeHead(answered.status, { ...Object.fromEntries(answered.headers), 'cache-control': 'no-store' });
  if (answered.body === null) return void response.end();
  // As it comes: a recording may be longer than memory, and the page may leave it at any time.
  await pipeline(Readable.fromWeb(answered.body), response);
}
