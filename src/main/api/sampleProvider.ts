import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CallbookError } from '../../shared/errors.ts';
import { parseJsonKeepingDigits } from '../../shared/json.ts';
import { batchSchema } from '../../shared/model.ts';
import { PAGE_SIZE, type ItemsPage, type Provider } from './provider.ts';

/** The sample account's provider: the same answers from the files in `resources/sample`, without key and network. */
export function createSampleProvider(resourcesDir: string): Provider {
  const folder = join(resourcesDir, 'sample');
  const readList = async (name: string) =>
    z.array(z.unknown()).parse(parseJsonKeepingDigits(await readFile(join(folder, name), 'utf8')));
  const readBatches = async () => z.array(batchSchema).parse(await readList('batches.json'));

  async function readPage(name: string, page: number): Promise<ItemsPage> {
    const items = await readList(name);
    const start = (page - 1) * PAGE_SIZE;
    return {
      items: items.slice(start, start + PAGE_SIZE).map((item) => JSON.stringify(item)),
      total: items.length,
      hasMore: items.length > start + PAGE_SIZE,
    };
  }

  return {
    getMe: async () => ({ account_id: 'sample', name: 'Sample' }),
    listBatches: readBatches,
    async getBatch(scheduleId) {
      const batch = (await readBatches()).find(({ schedule_id }) => schedule_id === scheduleId);
      if (batch === undefined) throw new CallbookError('NOT_FOUND', 'The sample has no such batch.');
      return batch;
    },
    getResults: (scheduleId, page) => readPage(`results-${scheduleId}.json`, page),
    getContacts: (scheduleId, page) => readPage(`contacts-${scheduleId}.json`, page),
  };
}
