import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from '../support/runtime.ts';

/** Lints one file with this text at this place of an otherwise empty tree. */
function lint(path: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-lint-'));
  try {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    copyFileSync(join(checkout, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    const { stdout, stderr } = spawnSync(join(checkout, 'node_modules/.bin/oxlint'), [], {
      cwd: folder,
      encoding: 'utf8',
    });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const imports = (specifier: string) => `import { x } from '${specifier}';\nexport const y = x;\n`;

test.each([
  ['src/shared/a.ts', 'react'],
  ['src/shared/a.ts', 'node:fs'],
  ['src/shared/a.ts', '../main/app.ts'],
  ['src/shared/a.ts', 'zod/mini'],
  ['src/preload/a.ts', '../main/app.ts'],
  ['src/preload/a.ts', '../renderer/bridge.ts'],
  ['src/renderer/screens/a.tsx', '../../main/app.ts'],
  ['src/renderer/screens/a.tsx', '../../preload/index.ts'],
  ['src/renderer/a.tsx', 'electron'],
  ['src/renderer/a.tsx', 'node:fs'],
  ['src/main/app.ts', 'electron'],
  ['src/main/app.ts', './shell/window.ts'],
  ['src/main/app.ts', 'better-sqlite3'],
  ['src/main/shell/a.ts', '../cache/reader.ts'],
  ['src/main/shell/a.ts', '../../renderer/bridge.ts'],
  ['src/main/api/a.ts', '../cache/cache.ts'],
  ['src/main/api/a.ts', '../keys/keychain.ts'],
  ['src/main/keys/a.ts', '../api/provider.ts'],
  ['src/main/keys/a.ts', 'undici'],
  ['src/main/columns/a.ts', '../cache/reader.ts'],
  ['src/main/columns/a.ts', 'better-sqlite3'],
  ['src/main/text/a.ts', '../cache/words.ts'],
  ['src/main/text/a.ts', 'better-sqlite3'],
  ['src/main/sync/a.ts', '../text/scan.ts'],
  ['src/main/cache/a.ts', '../api/provider.ts'],
  ['src/main/cache/a.ts', '../sync/syncRun.ts'],
  ['src/main/cache/a.ts', 'keytar'],
  ['src/main/sync/a.ts', '../keys/keychain.ts'],
  ['src/main/sync/a.ts', '../cache/reader.ts'],
  ['src/main/sync/a.ts', 'better-sqlite3'],
  ['src/main/export/a.ts', '../api/provider.ts'],
  ['src/main/export/a.ts', '../cache/writer.ts'],
  ['src/main/export/a.ts', '../keys/keychain.ts'],
  ['src/main/cli/a.ts', '../cache/reader.ts'],
  ['src/main/cli/a.ts', 'exceljs'],
  ['src/main/cli/a.ts', 'hyparquet-writer'],
  ['src/main/cli/a.ts', 'yauzl'],
  ['src/main/cache/a.ts', 'hyparquet-writer'],
  ['src/main/sync/a.ts', 'yauzl'],
  ['src/renderer/a.tsx', 'yauzl'],
  ['src/main/cache/a.ts', '../../../test/support/items.ts'],
  ['src/main/cache/a.ts', 'playwright'],
])('%s must not import %s', (path, specifier) => {
  expect(lint(path, imports(specifier))).toContain('no-restricted-imports');
});

test.each([
  ['src/shared/a.ts', 'zod'],
  ['src/shared/a.ts', './json.ts'],
  ['src/preload/a.ts', 'electron'],
  ['src/renderer/screens/a.tsx', '../bridge.ts'],
  ['src/main/shell/a.ts', '../app.ts'],
  ['src/main/cache/a.ts', '../columns/store.ts'],
  ['src/main/cache/a.ts', '../text/scan.ts'],
  ['src/main/sync/a.ts', '../cache/cache.ts'],
  ['src/main/export/a.ts', '../cache/reader.ts'],
  ['src/main/export/a.ts', 'hyparquet-writer'],
  ['src/main/export/a.ts', 'yauzl'],
  ['src/main/keys/a.ts', 'keytar'],
])('%s may import %s', (path, specifier) => {
  expect(lint(path, imports(specifier))).not.toContain('no-restricted-imports');
});

test.each([
  ['no-explicit-any', 'export const x: any = 1;\n'],
  ['no-non-null-assertion', 'export const x = (y: string | undefined) => y!.length;\n'],
  ['no-console', "console.log('x');\n"],
  ['ban-ts-comment', '// @ts-ignore\nexport const x: number = 1;\n'],
])('%s is an error', (rule, text) => {
  expect(lint('src/main/cache/a.ts', text)).toContain(rule);
});
