import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { unzipSync } from 'fflate';

/**
 * Checks an .xlsx as Excel does when it opens one: well-formed parts, complete relations, no name twice, elements in the order of
 * ECMA-376 with their required attributes, numbers that point at something. Excel offers to repair what fails here.
 */

export interface XmlNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
}

/** Children in the order of the schema (part 1, 18.2 and on); what is not listed does not belong. */
const order: Readonly<Record<string, readonly string[]>> = {
  workbook:
    'fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst'.split(
      ' ',
    ),
  worksheet:
    'sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects controls webPublishItems tableParts extLst'.split(
      ' ',
    ),
  styleSheet: 'numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst'.split(' '),
  pivotCacheDefinition:
    'cacheSource cacheFields cacheHierarchies kpis tupleCache calculatedItems calculatedMembers dimensions measureGroups maps extLst'.split(
      ' ',
    ),
  pivotTableDefinition:
    'location pivotFields rowFields rowItems colFields colItems pageFields dataFields formats conditionalFormats chartFormats pivotHierarchies pivotTableStyleInfo filters rowHierarchiesUsage colHierarchiesUsage extLst'.split(
      ' ',
    ),
  c: ['f', 'v', 'is', 'extLst'],
};

const required: Readonly<Record<string, readonly string[]>> = {
  sheet: ['name', 'sheetId', 'r:id'],
  pivotCache: ['cacheId', 'r:id'],
  definedName: ['name'],
  cacheSource: ['type'],
  worksheetSource: ['ref', 'sheet'],
  cacheField: ['name'],
  pivotTableDefinition: ['name', 'cacheId', 'dataCaption'],
  location: ['ref', 'firstHeaderRow', 'firstDataRow', 'firstDataCol'],
  dataField: ['fld', 'name'],
  hyperlink: ['ref', 'r:id'],
  conditionalFormatting: ['sqref'],
  cfRule: ['type', 'priority'],
  col: ['min', 'max'],
  row: ['r'],
  c: ['r', 's'],
  Relationship: ['Id', 'Type', 'Target'],
  Override: ['PartName', 'ContentType'],
};

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: true,
});

function toNode(raw: Record<string, unknown>): XmlNode[] {
  const { ':@': attributes = {}, ...rest } = raw;
  return Object.entries(rest).flatMap(([tag, children]) =>
    tag === '#text' || tag.startsWith('?')
      ? []
      : [
          {
            tag,
            attributes: attributes as Record<string, string>,
            children: (children as Record<string, unknown>[]).flatMap(toNode),
          },
        ],
  );
}

export function descendants(node: XmlNode, tag: string): XmlNode[] {
  return [...(node.tag === tag ? [node] : []), ...node.children.flatMap((child) => descendants(child, tag))];
}

/** Names of all entries of the zip, those that stand twice too. */
function entryNames(bytes: Buffer): string[] {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const text = bytes.toString('utf8', at + 46, at + 46 + name);
    at += 46 + name + extra + comment;
    return text;
  });
}

export interface Package {
  readonly problems: readonly string[];
  /** Parts by path. */
  readonly parts: ReadonlyMap<string, XmlNode>;
  /** Paths of the parts that a part is related to, by relation id. */
  relations(
    part: string,
  ): ReadonlyMap<string, { readonly type: string; readonly target: string; readonly isExternal: boolean }>;
}

export function openPackage(file: string): Package {
  const bytes = readFileSync(file);
  const problems: string[] = [];
  const names = entryNames(bytes);
  const twice = names.filter((name, i) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) !== i);
  if (twice.length > 0) problems.push(`there twice: ${twice.join(', ')}`);
  const entries = unzipSync(bytes);
  const parts = new Map<string, XmlNode>();
  for (const [name, content] of Object.entries(entries)) {
    const xml = Buffer.from(content).toString('utf8');
    const valid = XMLValidator.validate(xml);
    if (valid !== true) problems.push(`${name} is not well-formed: ${valid.err.msg}`);
    else parts.set(name, (parser.parse(xml) as Record<string, unknown>[]).flatMap(toNode)[0] as XmlNode);
  }

  const relations = (part: string) => {
    const { dir, base } = posix.parse(part);
    const node = parts.get(posix.join(dir, '_rels', `${base}.rels`));
    return new Map(
      (node === undefined ? [] : descendants(node, 'Relationship')).map(({ attributes }) => [
        attributes['Id'] ?? '',
        {
          type: (attributes['Type'] ?? '').split('/').at(-1) ?? '',
          target:
            attributes['Target']?.startsWith('/') === true
              ? attributes['Target'].slice(1)
              : posix.join(dir, attributes['Target'] ?? ''),
          isExternal: attributes['TargetMode'] === 'External',
        },
      ]),
    );
  };

  checkTypes(parts, problems);
  for (const [name, node] of parts) {
    checkShape(name, node, problems);
    if (name.endsWith('.rels')) checkRelations(name, node, parts, problems);
    const known = relations(name);
    const used = collectIds(node);
    for (const id of used) if (!known.has(id)) problems.push(`${name} means relation ${id}, which is not there`);
    if (node.tag === 'worksheet') checkSheet(name, node, parts, problems);
  }
  checkNames(parts, problems);
  for (const [name, node] of parts)
    if (node.tag === 'pivotTableDefinition') checkPivot(name, node, parts, relations, problems);
  return { problems, parts, relations };
}

function collectIds(node: XmlNode): string[] {
  const id = node.attributes['r:id'];
  return [...(id === undefined ? [] : [id]), ...node.children.flatMap(collectIds)];
}

const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
/** By the first element of a part. */
const contentTypes: Readonly<Record<string, string>> = {
  workbook: `${SPREADSHEET}.sheet.main+xml`,
  worksheet: `${SPREADSHEET}.worksheet+xml`,
  styleSheet: `${SPREADSHEET}.styles+xml`,
  pivotTableDefinition: `${SPREADSHEET}.pivotTable+xml`,
  pivotCacheDefinition: `${SPREADSHEET}.pivotCacheDefinition+xml`,
};

function checkTypes(parts: ReadonlyMap<string, XmlNode>, problems: string[]): void {
  const types = parts.get('[Content_Types].xml');
  if (types === undefined) return void problems.push('no [Content_Types].xml');
  const overrides = descendants(types, 'Override').map(({ attributes }) => (attributes['PartName'] ?? '').slice(1));
  const defaults = descendants(types, 'Default').map(({ attributes }) => attributes['Extension']);
  if (new Set(overrides).size !== overrides.length) problems.push('a content type stands twice');
  for (const name of overrides) if (!parts.has(name)) problems.push(`a content type for ${name}, which is not there`);
  const typeOf = new Map(
    descendants(types, 'Override').map(({ attributes }) => [
      (attributes['PartName'] ?? '').slice(1),
      attributes['ContentType'],
    ]),
  );
  for (const [name, { tag }] of parts) {
    const wanted = contentTypes[tag];
    if (wanted !== undefined && typeOf.get(name) !== wanted)
      problems.push(`${name} has the content type ${typeOf.get(name)} and not ${wanted}`);
  }
  for (const name of parts.keys()) {
    const isKnown =
      name === '[Content_Types].xml' || overrides.includes(name) || defaults.includes(name.split('.').at(-1));
    if (!isKnown) problems.push(`${name} has no content type`);
  }
}

function checkRelations(name: string, node: XmlNode, parts: ReadonlyMap<string, XmlNode>, problems: string[]): void {
  const source = name.replace('_rels/', '').replace(/\.rels$/, '');
  if (source !== '' && !parts.has(source)) problems.push(`${name} is of a part that is not there`);
  const ids = descendants(node, 'Relationship').map(({ attributes }) => attributes['Id']);
  if (new Set(ids).size !== ids.length) problems.push(`${name} has an id twice`);
  for (const { attributes } of descendants(node, 'Relationship')) {
    if (attributes['TargetMode'] === 'External') continue;
    const target = attributes['Target'] ?? '';
    const path = target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(source), target);
    if (!parts.has(path)) problems.push(`${name} leads to ${path}, which is not there`);
  }
}

function checkShape(part: string, node: XmlNode, problems: string[]): void {
  for (const attribute of required[node.tag] ?? [])
    if (node.attributes[attribute] === undefined) problems.push(`${part}: <${node.tag}> lacks ${attribute}`);
  const wanted = order[node.tag];
  if (wanted !== undefined) {
    let at = 0;
    for (const { tag } of node.children) {
      const place = wanted.indexOf(tag);
      if (place < 0) problems.push(`${part}: <${tag}> does not belong in <${node.tag}>`);
      else if (place < at) problems.push(`${part}: <${tag}> stands too late in <${node.tag}>`);
      else at = place;
    }
  }
  const count = node.attributes['count'];
  if (count !== undefined && Number(count) !== node.children.length)
    problems.push(`${part}: <${node.tag}> says ${count} and has ${node.children.length}`);
  for (const child of node.children) checkShape(part, child, problems);
}

function columnNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function checkSheet(part: string, sheet: XmlNode, parts: ReadonlyMap<string, XmlNode>, problems: string[]): void {
  const styles = parts.get('xl/styles.xml');
  const formats = (styles && descendants(styles, 'cellXfs')[0]?.children.length) ?? 0;
  let lastRow = 0;
  for (const row of descendants(sheet, 'row')) {
    const number = Number(row.attributes['r']);
    if (number <= lastRow) problems.push(`${part}: row ${number} after row ${lastRow}`);
    lastRow = number;
    let lastColumn = 0;
    for (const cell of row.children) {
      const [, letters = '', digits] = /^([A-Z]+)(\d+)$/.exec(cell.attributes['r'] ?? '') ?? [];
      const column = columnNumber(letters);
      if (column <= lastColumn || Number(digits) !== number)
        problems.push(`${part}: cell ${cell.attributes['r']} out of place`);
      lastColumn = column;
      if (Number(cell.attributes['s']) >= formats)
        problems.push(`${part}: cell ${cell.attributes['r']} has no such style`);
    }
  }
  if (descendants(sheet, 'hyperlink').length > 65_530) problems.push(`${part}: too many links`);
}

function checkNames(parts: ReadonlyMap<string, XmlNode>, problems: string[]): void {
  const workbook = parts.get('xl/workbook.xml');
  if (workbook === undefined) return void problems.push('no workbook');
  const names = descendants(workbook, 'sheet').map(({ attributes }) => attributes['name'] ?? '');
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length) problems.push('two sheets of one name');
  for (const name of names)
    if (name.length > 31 || /[[\]:*?/\\]|^'|'$/.test(name) || name.toLowerCase() === 'history' || name === '')
      problems.push(`a sheet cannot be named “${name}”`);
}

/** Whether groups of the field's items have totals: so unless it says no. */
const hasTotals = (field: XmlNode) => field.attributes['defaultSubtotal'] !== '0';
/** Items that are values; the others are their totals. */
const itemsOfField = (field: XmlNode) =>
  descendants(field, 'item').filter(({ attributes }) => attributes['t'] === undefined);

function checkPivot(
  part: string,
  table: XmlNode,
  parts: ReadonlyMap<string, XmlNode>,
  relations: Package['relations'],
  problems: string[],
): void {
  const cachePart = [...relations(part).values()].find(({ type }) => type === 'pivotCacheDefinition')?.target ?? '';
  const cache = parts.get(cachePart);
  if (cache === undefined) return void problems.push(`${part} has no cache`);
  const workbook = parts.get('xl/workbook.xml') as XmlNode;
  const named = descendants(workbook, 'pivotCache').find(
    ({ attributes }) => attributes['cacheId'] === table.attributes['cacheId'],
  );
  if (relations('xl/workbook.xml').get(named?.attributes['r:id'] ?? '')?.target !== cachePart)
    problems.push(`${part}: the workbook means another cache`);
  const cacheFields = descendants(cache, 'cacheField');
  const fields = descendants(table, 'pivotField');
  if (cacheFields.length !== fields.length) return void problems.push(`${part}: fields differ from the cache's`);
  fields.forEach((field, f) => {
    const shared = descendants(cacheFields[f] as XmlNode, 'sharedItems')[0]?.children.length ?? 0;
    const all = descendants(field, 'item');
    const items = itemsOfField(field).map(({ attributes }) => Number(attributes['x']));
    if (items.some((x) => !(x < shared)) || new Set(items).size !== items.length)
      problems.push(`${part}: items of field ${f}`);
    // A field with totals of its items names them behind the items, once.
    const totals = all
      .filter(({ attributes }) => attributes['t'] !== undefined)
      .map(({ attributes }) => attributes['t']);
    const wanted = field.attributes['axis'] !== undefined && hasTotals(field) ? ['default'] : [];
    if (totals.join() !== wanted.join() || (wanted.length > 0 && all.at(-1)?.attributes['t'] !== 'default'))
      problems.push(`${part}: totals of field ${f}`);
  });
  const itemsOf = (fieldTag: string, itemTag: string) => {
    const axis = descendants(table, fieldTag)[0]?.children.map(({ attributes }) => Number(attributes['x'])) ?? [];
    for (const line of descendants(table, itemTag)[0]?.children ?? []) {
      if (line.attributes['t'] === 'grand') continue;
      const skipped = Number(line.attributes['r'] ?? 0);
      const depth = skipped + line.children.length;
      if (line.attributes['t'] === 'default') {
        const last = fields[axis[depth - 1] ?? -1];
        if (depth >= axis.length || last === undefined || !hasTotals(last))
          problems.push(`${part}: a total in ${itemTag} of a field that has none`);
      } else if (axis.length > 0 && depth !== axis.length) problems.push(`${part}: a line of ${itemTag} is short`);
      if (Number(line.attributes['i'] ?? 0) >= descendants(table, 'dataField').length)
        problems.push(`${part}: a line of ${itemTag} is of no value`);
      line.children.forEach((x, i) => {
        const field = axis[skipped + i] ?? -1;
        const most =
          field === -2 ? descendants(table, 'dataField').length : itemsOfField(fields[field] as XmlNode).length;
        if (Number(x.attributes['v'] ?? 0) >= most) problems.push(`${part}: ${itemTag} point at nothing`);
      });
    }
  };
  itemsOf('rowFields', 'rowItems');
  itemsOf('colFields', 'colItems');
  for (const { attributes } of descendants(table, 'dataField'))
    if (Number(attributes['fld']) >= fields.length) problems.push(`${part}: a value without a field`);
  const captions = [
    ...cacheFields.map(({ attributes }) => attributes['name']),
    ...descendants(table, 'dataField').map(({ attributes }) => attributes['name']),
  ].map((name) => name?.toLowerCase());
  if (new Set(captions).size !== captions.length) problems.push(`${part}: two fields of one name`);
}
