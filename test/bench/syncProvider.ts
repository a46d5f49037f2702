import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { benchBatches } from './data.ts';

/**
 * `node test/bench/syncProvider.ts --calls N [--batches N] [--limit N] [--warm]`: the batches of data.ts over HTTP, as fast as Node serves
 * bytes, in a process of its own. Prints its base URL as JSON; `GET /times` tells when each request came (ms since epoch UTC) and the 429s.
 */

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000' },
    /** As many batches of one call each instead, for counting requests. */
    batches: { type: 'string' },
    limit: { type: 'string' },
    warm: { type: 'boolean', default: false },
  },
});
const PATH = '/api/v1/public/call-batches';
const PAGE = 500;
const limit = values.limit === undefined ? null : Number(values.limit);

interface Served {
  readonly batch: object;
  readonly count: number;
  items(from: number, to: number): string[];
}

const served = new Map<string, Served>(
  values.batches === undefined
    ? benchBatches(Number(values.calls), 'bench').map(({ batch, items }) => [
        batch.schedule_id,
        { batch, count: batch.total_contacts ?? 0, items },
      ])
    : Array.from({ length: Number(values.batches) }, (_, b): [string, Served] => [
        `sched_${b}`,
        {
          batch: { schedule_id: `sched_${b}`, status: 'completed', created_at: '2026-01-01T00:00:00Z' },
          count: 1,
          items: () => [`{"call_id":"call_${b}","status":"completed"}`],
        },
      ]),
);

function envelope(items: readonly string[], total: number, page: number, size: number): Buffer {
  const data = `{"items":[${items.join(',')}],"total":${total},"page":${page},"limit":${size},"has_more":${page * size < total}}`;
  return Buffer.from(`{"status_code":200,"message":"OK","error":null,"data":${data}}`);
}

function contact(item: string, row: number): string {
  const { call_id, external_id, phone_number, name, status } = JSON.parse(item) as Record<string, unknown>;
  const metadata = { 'Company Name': `Company ${row % 500}`, Tier: ['A', 'B', 'C'][row % 3] };
  return JSON.stringify({ call_id, external_id, phone_number, name, status, metadata });
}

const kept = new Map<string, Buffer>();

function page(list: string, id: string, number: number): Buffer {
  const key = `${list} ${id} ${number}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const one = served.get(id);
  if (one === undefined) throw new RangeError(id);
  const from = (number - 1) * PAGE;
  const items = one.items(from, Math.min(from + PAGE, one.count));
  const body = envelope(
    list === 'calls' ? items.map((item, i) => contact(item, from + i)) : items,
    one.count,
    number,
    PAGE,
  );
  if (values.warm) kept.set(key, body);
  return body;
}

if (values.warm) {
  for (const [id, { count }] of served) {
    for (let number = 1; number <= Math.max(1, Math.ceil(count / PAGE)); number++) {
      page('results', id, number);
      page('calls', id, number);
    }
  }
}

const times: number[] = [];
let refused = 0;
const WINDOW_MS = 60_000;

function answer(url: URL): Buffer {
  const number = Number(url.searchParams.get('page') ?? 1);
  if (url.pathname.endsWith('/me'))
    return Buffer.from(
      `{"status_code":200,"message":"OK","error":null,"data":{"account_id":"a","limits":{"rate_limit_per_minute":${limit ?? 1_000_000}}}}`,
    );
  if (url.pathname === PATH) {
    const all = [...served.values()].map(({ batch }) => JSON.stringify(batch));
    return envelope(all.slice((number - 1) * 100, number * 100), all.length, number, 100);
  }
  const [id = '', list = ''] = url.pathname.slice(PATH.length + 1).split('/');
  return page(list, id, number);
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://bench');
  if (url.pathname === '/times') {
    response.end(JSON.stringify({ times, refused }));
    return;
  }
  const now = Date.now();
  times.push(now);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (limit !== null) {
    const used = times.filter((at) => at > now - WINDOW_MS).length;
    headers['x-ratelimit-limit'] = String(limit);
    headers['x-ratelimit-remaining'] = String(Math.max(0, limit - used));
    headers['x-ratelimit-reset'] = String(Math.ceil((now + WINDOW_MS) / 1000));
    if (used > limit) {
      refused++;
      response.writeHead(429, headers).end('{"status_code":429,"message":"","error":null,"data":null}');
      return;
    }
  }
  const body = answer(url);
  response.writeHead(200, { ...headers, 'content-length': body.length }).end(body);
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
