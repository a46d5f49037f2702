import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { openPromise, type Entry } from 'yauzl';
import { viewSchema, type View } from '../../shared/view.ts';
import { VIEW_LABEL } from './aboutSheet.ts';
import { checkViewSize } from './viewFile.ts';

/**
 * Reads the view that the sheet About holds, also where Excel or LibreOffice has saved the workbook since. Of the package only what is
 * needed is read: a workbook with a million calls opens as quickly as an empty one.
 */

/** The sheet About is far smaller; a workbook that says otherwise is not ours. */
const MOST_CHARACTERS = 20_000_000;
const MOST_SHARED_CHARACTERS = 1_000_000;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(xml: string): string {
  return xml
    .replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    })
    .replace(/_x([\da-f]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The text in `<t>` elements. */
function textOf(xml: string): string {
  return [...xml.matchAll(/<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<\/(?:\w+:)?t>/g)]
    .map(([, part = '']) => unescapeXml(part))
    .join('');
}

/** undefined: the workbook holds no view. Throws NOT_A_VIEW where it is too large, and what reading the file throws. */
export async function readViewInWorkbook(file: string): Promise<View | undefined> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    const streamOf = async (name: string) => {
      const entry = entries.get(name);
      return entry === undefined ? undefined : zip.openReadStreamPromise(entry);
    };
    const partText = async (name: string) => {
      if ((entries.get(name)?.uncompressedSize ?? 0) > MOST_CHARACTERS) return '';
      const stream = await streamOf(name);
      return stream === undefined ? '' : text(stream);
    };
    const attributes = (xml: string) =>
      new Map(
        [...xml.matchAll(/(?<![\w:])([\w:]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
          name,
          unescapeXml(value),
        ]),
      );
    const sheets = [...(await partText('xl/workbook.xml')).matchAll(/<(?:\w+:)?sheet\s([^<>]*)>/g)].map(
      ([, xml = '']) => attributes(xml),
    );
    // Where the calls of a value "About" have a sheet of that name, this one is behind it and has a number.
    const id = sheets.findLast((sheet) => /^About(?: \(\d+\))?$/.test(sheet.get('name') ?? ''))?.get('r:id');
    const relations = [...(await partText('xl/_rels/workbook.xml.rels')).matchAll(/<Relationship\s([^<>]*)>/g)].map(
      ([, xml = '']) => attributes(xml),
    );
    const target = relations.find((relation) => relation.get('Id') === id)?.get('Target');
    if (id === undefined || target === undefined) return undefined;
    const part = target.startsWith('/') ? target.slice(1) : posix.join('xl', target);
    const cells = cellsOf(await partText(part));
    const shared = await sharedTexts(() => streamOf('xl/sharedStrings.xml'), cells);
    const json = viewJson(
      cells.map((row) => row.map((cell) => (typeof cell === 'number' ? (shared.get(cell) ?? '') : cell))),
    );
    checkViewSize(file, json.length);
    const view = viewSchema.safeParse(json === '' ? undefined : JSON.parse(json));
    return view.success ? view.data : undefined;
  } finally {
    zip.close();
  }
}

/** Elements that hold no other of their kind, each without its end: cut, as a pattern takes forever where a hostile file ends none of them. */
function elementsOf(xml: string, start: string, end: string): string[] {
  const parts = xml.split(end).slice(0, -1);
  return parts.map((part) => part.slice(Math.max(0, part.lastIndexOf(start))));
}

/** The first two columns of each row: texts, or numbers of shared texts. */
function cellsOf(sheet: string): (string | number)[][] {
  return elementsOf(sheet, '<row', '</row>').map((row) => {
    const cells: (string | number)[] = ['', ''];
    for (const element of elementsOf(row, '<c ', '</c>')) {
      const [, column = '', more = '', content = ''] = /^<c r="([AB])\d+"([^>]*)>(.*)$/s.exec(element) ?? [];
      if (column === '') continue;
      const value = /<v>([^<]*)<\/v>/.exec(content)?.[1] ?? '';
      const cell = more.includes('t="s"')
        ? Number(value)
        : content.includes('<is>')
          ? textOf(content)
          : unescapeXml(value);
      cells[column === 'A' ? 0 : 1] = cell;
    }
    return cells;
  });
}

/** The shared texts that the cells mean, by number. */
async function sharedTexts(
  openStream: () => Promise<Readable | undefined>,
  cells: readonly (readonly (string | number)[])[],
): Promise<ReadonlyMap<number, string>> {
  const wanted = new Set(cells.flat().filter((cell) => typeof cell === 'number'));
  const found = new Map<number, string>();
  const stream = wanted.size === 0 ? undefined : await openStream();
  if (stream === undefined) return found;
  stream.setEncoding('utf8');
  let number = 0;
  let rest = '';
  for await (const chunk of stream) {
    const items = (rest + String(chunk)).split('</si>');
    rest = items.pop() ?? '';
    // No cell of a workbook holds as much; put together again and again, what never ends would take forever.
    if (rest.length > MOST_SHARED_CHARACTERS) break;
    for (const item of items) {
      if (wanted.has(number)) found.set(number, textOf(item));
      number++;
    }
    if (found.size === wanted.size) break;
  }
  return found;
}

/** The parts behind the label, joined. */
function viewJson(rows: readonly (readonly string[])[]): string {
  const first = rows.findIndex(([label]) => label === VIEW_LABEL);
  if (first < 0) return '';
  let json = '';
  for (const [i, [label, part]] of rows.slice(first).entries()) {
    if ((i > 0 && label !== '') || part === undefined || part === '') break;
    json += part;
  }
  return json;
}
