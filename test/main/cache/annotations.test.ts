import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeCacheFile, type CacheFile } from '../../support/cacheFile.ts';

let cache: CacheFile;

beforeEach(() => {
  cache = makeCacheFile();
  cache.ingest('b', [
    { call_id: 'one', name: 'Asha' },
    { call_id: 'two', name: 'Bo' },
  ]);
});

afterEach(() => {
  cache.close();
});

const annotation = { isStarred: true, tags: ['refund', 'call back'], note: 'Ask for the invoice.' };
const rowIds = () => cache.reader.order({ batches: [], text: '', filters: [], timeZone: 'UTC' }, []);
const annotations = () =>
  Object.fromEntries(cache.reader.calls(rowIds()).map((stored) => [stored.call.call_id, stored.annotation]));

test('what is written about a call survives its next sync and every change of it', () => {
  const [first = 0] = rowIds();
  expect(cache.writer.saveAnnotation({ rowId: first, annotation })).toBe('acc_test/b');
  expect(annotations()).toEqual({ one: annotation, two: null });
  cache.ingest('b', [
    { call_id: 'two', name: 'Bo' },
    { call_id: 'one', name: 'Asha Rao', status: 'completed' },
    { call_id: 'three' },
  ]);
  expect(annotations()).toEqual({ one: annotation, two: null, three: null });
});

test('an emptied annotation is none, and readers see each change', () => {
  const [first = 0] = rowIds();
  cache.writer.saveAnnotation({ rowId: first, annotation });
  expect(annotations()['one']?.note).toBe('Ask for the invoice.');
  cache.writer.saveAnnotation({ rowId: first, annotation: { isStarred: false, tags: [], note: '' } });
  expect(annotations()['one']).toBeNull();
});

test('it goes with its batch', () => {
  cache.writer.saveAnnotation({ rowId: rowIds()[0] ?? 0, annotation });
  cache.writer.deleteBatch('acc_test/b');
  cache.ingest('b', [{ call_id: 'one' }]);
  expect(annotations()).toEqual({ one: null });
});

test('a call that is not there cannot be written about', () => {
  expect(() => cache.writer.saveAnnotation({ rowId: 5, annotation })).toThrow(/no longer in the cache/);
});
