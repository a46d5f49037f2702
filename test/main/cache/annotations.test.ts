import type { Filter, FilterValue, Selection } from '../../../src/shared/selection.ts';
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

const found = (text: string, filters: Selection['filters'] = []) =>
  cache.reader
    .calls(cache.reader.order({ batches: [], text, filters, timeZone: 'UTC' }, []))
    .map(({ call }) => call.call_id);
const any = (column: string, ...values: FilterValue[]): Filter => ({
  op: 'any',
  of: { column },
  values,
  negate: false,
});

test('search finds notes and tags, alone and by field, at once', () => {
  expect(found('invoice')).toEqual([]);
  cache.writer.saveAnnotation({ rowId: rowIds()[0] ?? 0, annotation });
  expect(found('invoice')).toEqual(['one']);
  expect(found('"call back"')).toEqual(['one']);
  expect(found('note:invoice')).toEqual(['one']);
  expect(found('tag:refund')).toEqual(['one']);
  expect(found('-refund')).toEqual(['two']);
  expect(found('name:refund')).toEqual([]);
});

test('star, tags and note are columns: filtered, counted, and there only where somebody wrote', () => {
  const ids = () => cache.reader.columns([]).map(({ id }) => id);
  expect(ids()).not.toContain('starred');
  cache.ingest('other', [{ call_id: 'three' }]);
  const [one = 0, , three = 0] = rowIds();
  cache.writer.saveAnnotation({ rowId: one, annotation });
  cache.writer.saveAnnotation({ rowId: three, annotation: { isStarred: false, tags: ['refund'], note: '' } });
  expect(ids()).toEqual(expect.arrayContaining(['starred', 'tags', 'note']));
  expect(found('', [any('starred', { json: 'true' })])).toEqual(['one']);
  expect(found('', [any('tags', { json: '"refund"' })])).toEqual(['one', 'three']);
  expect(found('', [any('tags', { json: '"call back"' })])).toEqual(['one']);
  expect(found('', [any('tags', { text: 'refund' })])).toEqual(['one', 'three']);
  expect(found('', [any('tags', { json: '["refund"]' })])).toEqual(['three']);
  expect(found('', [any('note', { blank: 'any' })])).toEqual(['two', 'three']);
  const [tags] = cache.reader.facets({ batches: [], text: '', filters: [], timeZone: 'UTC' }, ['tags'], {
    most: 10,
    search: '',
  });
  expect(tags?.values).toEqual([
    { value: { json: '"refund"' }, count: 2 },
    { value: { json: '"call back"' }, count: 1 },
    { value: { blank: 'missing' }, count: 1 },
  ]);
});
