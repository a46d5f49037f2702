import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createServer as createProxy, type RequestListener } from 'node:http';
import { connect, createServer as createSocket, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRateLimit } from '../../../src/main/api/rateLimit.ts';
import { createHttpProvider } from '../../../src/main/api/httpProvider.ts';
import { openWeb, proxyUrl } from '../../../src/main/api/web.ts';
import { createRecordings } from '../../../src/main/recordings.ts';
import { certificateFile, startProvider } from '../../support/provider/server.ts';

/** The way out of this computer. Its own process: whom the system trusts is read once. */

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

beforeAll(() => {
  // Where Node looks for the system's store on Linux.
  process.env['SSL_CERT_FILE'] = fileURLToPath(certificateFile);
});
beforeEach(() => {
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) delete process.env[name];
});

/** A proxy that reaches this computer under any name; `asked`: what for. `status` other than 200: it refuses. */
async function startProxy(status = 200): Promise<{ readonly address: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const proxy = createProxy();
  proxy.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const onward = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on('error', () => (socket.destroy(), onward.destroy()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  toClose.push(() => proxy.close());
  return { address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
}

/** Recordings in somebody's storage, behind https. */
async function startStorage(answer: RequestListener): Promise<string> {
  const read = (name: URL) => readFileSync(name);
  const key = read(new URL('../../support/provider/certificateKey.pem', import.meta.url));
  const server = createServer({ cert: read(certificateFile), key }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => (server.closeAllConnections(), server.close()));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startTls() {
  const provider = await startProvider({ tls: true, rateLimitPerMinute: null });
  toClose.push(() => provider.close());
  return provider;
}

const ask = (baseUrl: string, key: string, findProxy: () => Promise<string>) => {
  const provider = createHttpProvider({ baseUrl, key, rateLimit: createRateLimit(), findProxy, retries: 0 });
  toClose.push(() => provider.close());
  return provider.getMe();
};
/** This computer, under a name that is not known to be this computer. */
const elsewhere = (baseUrl: string) => baseUrl.replace('127.0.0.1', 'localhost.');
const direct = () => Promise.resolve('DIRECT');

test('whom the system trusts is trusted: a company puts its own certificate there', async () => {
  const provider = await startTls();
  expect(await ask(provider.baseUrl, provider.key, direct)).toMatchObject({});
  expect(provider.requests.map(({ path }) => path)).toEqual(['/api/v1/public/me']);
});

test('a request goes through the proxy that the computer’s settings name, and never one to this computer', async () => {
  const provider = await startTls();
  const { address, asked } = await startProxy();
  const findProxy = () => Promise.resolve(`PROXY ${address}; DIRECT`);
  await ask(elsewhere(provider.baseUrl), provider.key, findProxy);
  expect(asked[0]).toBe(new URL(elsewhere(provider.baseUrl)).host);
  asked.length = 0;
  await ask(provider.baseUrl, provider.key, findProxy);
  expect(asked).toEqual([]);
});

test('HTTPS_PROXY goes before the computer’s settings, with http:// or without', async () => {
  const provider = await startTls();
  const [own, systems] = await Promise.all([startProxy(), startProxy()]);
  for (const scheme of ['http://', '']) {
    own.asked.length = 0;
    process.env['HTTPS_PROXY'] = `${scheme}${own.address}`;
    await ask(elsewhere(provider.baseUrl), provider.key, () => Promise.resolve(`PROXY ${systems.address}`));
    expect([own.asked.length > 0, systems.asked]).toEqual([true, []]);
  }
});

test('settings that cannot be read lead nowhere but out', async () => {
  const provider = await startProvider({});
  const web = openWeb(() => Promise.reject(new Error('none')));
  toClose.push(
    () => provider.close(),
    () => web.close(),
  );
  // Another name of this computer, which is not known to be that.
  const { status } = await web.fetch(new URL(provider.baseUrl.replace('127.0.0.1', '0.0.0.0')), {});
  expect(status).toBe(401);
});

test('a variable that names no proxy is told in words', async () => {
  process.env['HTTPS_PROXY'] = 'proxy of our company';
  const asking = ask('https://api.example.invalid', 'sk_x', direct);
  await expect(asking).rejects.toMatchObject({
    code: 'NO_NETWORK',
    message: expect.stringMatching(/HTTPS_PROXY.*untouched/),
  });
});

test('a proxy that wants a login is told as that', async () => {
  const provider = await startTls();
  const { address } = await startProxy(407);
  const asking = ask(elsewhere(provider.baseUrl), provider.key, () => Promise.resolve(`PROXY ${address}`));
  await expect(asking).rejects.toMatchObject({
    code: 'NO_NETWORK',
    message: expect.stringMatching(/proxy.*407.*password.*untouched/),
  });
});

test.each([
  ['DIRECT', undefined],
  ['PROXY a.test:8080; DIRECT', 'http://a.test:8080'],
  ['DIRECT; PROXY a.test:8080', undefined],
  ['HTTPS a.test:443', 'https://a.test:443'],
  ['SOCKS a.test:1080', 'socks5://a.test:1080'],
  ['SOCKS5 [::1]:1080', 'socks5://[::1]:1080'],
  // undici knows no SOCKS4.
  ['SOCKS4 a.test:1080; PROXY b.test:1', 'http://b.test:1'],
  ['', undefined],
  ['PROXY', undefined],
  ['PROXY ::x', undefined],
])('the way %j is %j', (answer, url) => {
  expect(proxyUrl(answer)).toBe(url);
});

test('a SOCKS proxy is gone through too', async () => {
  const provider = await startTls();
  const asked: string[] = [];
  const socks = createSocket((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', (request) => {
        const length = request[4] ?? 0;
        asked.push(request.subarray(5, 5 + length).toString());
        const onward = connect(request.readUInt16BE(5 + length), '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          onward.pipe(socket).pipe(onward);
        });
        onward.on('error', () => socket.destroy());
      });
    });
  });
  await new Promise<void>((resolve) => socks.listen(0, '127.0.0.1', resolve));
  toClose.push(() => socks.close());
  const { port } = socks.address() as AddressInfo;
  await ask(elsewhere(provider.baseUrl), provider.key, () => Promise.resolve(`SOCKS5 127.0.0.1:${port}`));
  expect(asked[0]).toBe('localhost.');
});

/** The sound of a call whose recording lies at `at`. */
function soundAt(at: string, range: string | null = null, findProxy = direct) {
  const call = { call: { recording: { available: true, file_key: 'a.mp3' } }, batch: { accountId: 'a' } };
  const rooms = createRecordings({
    cache: { query: () => Promise.resolve(JSON.stringify(call)) } as never,
    locationOf: () => ({ prefix: `${at}/{file_key}` }),
    findProxy,
  });
  toClose.push(() => rooms.close());
  return rooms.answer(1, range);
}

test('recordings go through the proxy, too', async () => {
  const { address, asked } = await startProxy();
  const at = elsewhere(await startStorage((_request, response) => response.end('sound')));
  const answer = await soundAt(at, null, () => Promise.resolve(`PROXY ${address}`));
  expect([await answer.text(), asked]).toEqual(['sound', [new URL(at).host]]);
});

test('a recording’s part comes from the storage with what says which part it is', async () => {
  const at = await startStorage((request, response) => {
    response.writeHead(206, { 'content-type': 'audio/mpeg', 'content-range': 'bytes 2-4/10', 'content-length': 3 });
    response.end(request.headers.range === 'bytes=2-4' ? 'cde' : '???');
  });
  const answer = await soundAt(at, 'bytes=2-4');
  expect([answer.status, await answer.text()]).toEqual([206, 'cde']);
  expect(Object.fromEntries(answer.headers)).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3' });
});

test('a recording that the storage packs is not said to be as short as its packed form', async () => {
  const sound = Buffer.alloc(5_000, 'sound');
  const at = await startStorage((request, response) => {
    const packs = !/identity/.test(request.headers['accept-encoding'] ?? '') || request.url === '/always/a.mp3';
    const body = packs ? gzipSync(sound) : sound;
    response.writeHead(200, {
      'content-type': 'audio/mpeg',
      'content-length': body.length,
      ...(packs ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(body);
  });
  const plain = await soundAt(at);
  expect([plain.headers.get('content-length'), (await plain.bytes()).length]).toEqual(['5000', 5_000]);
  const packed = await soundAt(`${at}/always`);
  expect([packed.headers.get('content-length'), (await packed.bytes()).length]).toEqual([null, 5_000]);
});

test('a sound that still comes does not hold up the end', async () => {
  const at = await startStorage((_request, response) => {
    response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': 10 ** 6 });
    response.write('begins');
  });
  const answer = await soundAt(at);
  await toClose.pop()?.();
  await expect(answer.bytes()).rejects.toThrow();
});

test('a storage may lead on to a signed address, but not out of https, and what is no sound is not played', async () => {
  const at = await startStorage((request, response) => {
    const to = { '/to/a.mp3': '/signed', '/away/a.mp3': 'http://127.0.0.1:1/', '/round/a.mp3': '/round/a.mp3' }[
      request.url ?? ''
    ];
    if (to !== undefined) return void response.writeHead(302, { location: to }).end();
    if (request.url === '/none/a.mp3') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'binary/octet-stream' }).end('sound');
  });
  const led = await soundAt(`${at}/to`);
  expect([led.status, led.headers.get('content-type'), await led.text()]).toEqual([200, 'audio/mpeg', 'sound']);
  for (const [path, status] of [
    ['away', 500],
    ['round', 500],
    ['none', 404],
  ] as const)
    expect((await soundAt(`${at}/${path}`)).status).toBe(status);
});
