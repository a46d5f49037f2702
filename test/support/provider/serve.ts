import { parseArgs } from 'node:util';
import { startProvider } from './server.ts';

/** `node test/support/provider/serve.ts [--port N]`: prints base URL and key as one line of JSON and serves until SIGTERM. */

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const provider = await startProvider({ port: Number(values.port) });
console.log(JSON.stringify({ baseUrl: provider.baseUrl, key: provider.key }));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void provider.close());
