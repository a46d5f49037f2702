import { once } from 'node:events';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Worker } from 'node:worker_threads';

/** Reading the system's store takes up to some hundred ms, so it is done beside this thread. */
const READ = `
  const { parentPort } = require('node:worker_threads');
  parentPort.postMessage(require('node:tls').getCACertificates('system'));
`;

let trusted: Promise<void> | undefined;

/**
 * From then on this process trusts whom the operating system trusts, beside those whom Node knows by itself: a company that inspects
 * its traffic puts its own certificate into the store of each computer. Never rejects; a store that cannot be read adds nobody.
 */
export function trustSystem(): Promise<void> {
  trusted ??= readSystemStore().then(
    (certificates) => setDefaultCACertificates([...new Set([...getCACertificates('default'), ...certificates])]),
    () => undefined,
  );
  return trusted;
}

async function readSystemStore(): Promise<string[]> {
  const [certificates] = (await once(new Worker(READ, { eval: true }), 'message')) as [string[]];
  return certificates;
}
