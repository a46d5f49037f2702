import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSettings, settingsChangeSchema, usualSettings } from '../../src/shared/settings.ts';

test('a part that cannot be read falls back alone', () => {
  const settings = readSettings({ theme: 'purple', detailWidth: 40, selection: { batches: 'all' }, maskPhones: true });
  expect(settings).toEqual({ ...usualSettings, detailWidth: 40, maskPhones: true });
});

test('what a newer Callbook stored is kept', () => {
  expect(readSettings({ agenda: { days: 3 }, theme: 'dark' })).toEqual({
    ...usualSettings,
    theme: 'dark',
    agenda: { days: 3 },
  });
});

test('any object gives settings', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(usualSettings)), fc.jsonValue()), (stored) => {
      expect(Object.keys(readSettings(stored)).sort()).toEqual(Object.keys(usualSettings).sort());
    }),
  );
});

test('the window cannot name a folder of recordings', () => {
  expect(settingsChangeSchema.safeParse({ recordings: { acc_1: { folder: '/etc' } } }).success).toBe(false);
});

test('a preset in a time zone that is not known here is kept, in that of the selection', () => {
  const presets = readSettings({
    exportPresets: [
      { name: 'Weekly', timeZone: 'Mars/Olympus', format: 'csv' },
      { name: 'Berlin', timeZone: 'Europe/Berlin' },
    ],
  }).exportPresets;
  expect(presets).toMatchObject([
    { name: 'Weekly', timeZone: null, format: 'csv' },
    { name: 'Berlin', timeZone: 'Europe/Berlin' },
  ]);
});
