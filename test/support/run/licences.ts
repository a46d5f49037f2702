import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../runtime.ts';

/** `npm run licences`: writes resources/licences.json, what the installed Callbook contains of others. */

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const read = (path: string) => JSON.parse(readFileSync(join(checkout, path), 'utf8')) as unknown;
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, LockedPackage>> };
const { dependencies } = read('package.json') as { dependencies: Readonly<Record<string, string>> };

/** Packages that the window's scripts import; the build puts them inside. */
function importedByWindow(): readonly string[] {
  const files = readdirSync(join(checkout, 'src/renderer'), { recursive: true, encoding: 'utf8' });
  const names = files
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => [...readFileSync(join(checkout, 'src/renderer', file), 'utf8').matchAll(/from '([^.'][^']*)'/g)])
    .map(([, specifier = '']) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '');
  return [...new Set(names)];
}

/** Where Node finds a package that the one at `from` asks for. */
function placeOf(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (Object.hasOwn(packages, place)) return place;
    if (folder === '') return undefined;
  }
}

function textOf(place: string): string {
  const folder = join(checkout, place);
  if (!existsSync(folder)) return '';
  const name = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
  return name === undefined ? '' : readFileSync(join(folder, name), 'utf8').trim();
}

const places = new Set<string>();
function add(name: string, from: string): void {
  const place = placeOf(name, from);
  // Optional packages of other systems may be missing; types are not in the build.
  if (place === undefined || places.has(place) || name.startsWith('@types/')) return;
  places.add(place);
  for (const needed of Object.keys(packages[place]?.dependencies ?? {})) add(needed, place);
}
for (const name of [...Object.keys(dependencies), ...importedByWindow()]) add(name, '');
// Of Electron only its runtime is in the installed app.
places.add('node_modules/electron');

const licences = [...places].sort().map((place) => ({
  name: place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
  version: packages[place]?.version ?? '',
  licence: packages[place]?.license ?? 'see text',
  text: textOf(place),
}));
writeFileSync(join(checkout, 'resources/licences.json'), `${JSON.stringify(licences, null, 1)}\n`);
console.log(`${licences.length} packages`);
