import { columnLabel, dimensionLabel } from '../../shared/columns.ts';
import { masked, maskFor, maskText, measureWords, type Mask } from '../../shared/masking.ts';
import type { Account, Batch } from '../../shared/model.ts';
import { baseWords, measureLabel, type PivotSpec } from '../../shared/pivot.ts';
import { filterInWords, selectionInWords } from '../../shared/selection.ts';
import type { View } from '../../shared/view.ts';
import { cellText, excelTime } from './cellValue.ts';
import type { Cuts } from './cuts.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import { timeZoneOf, type ExportRequest } from './request.ts';
import type { SheetCell } from './sheet.ts';
import { isViewTooLarge } from './viewFile.ts';

export interface AboutFacts {
  readonly request: ExportRequest;
  readonly rows: number;
  /** Calls of the selection's batches, without text and filters. */
  readonly all: number;
  readonly rejected: number;
  /** Those of the selection. */
  readonly batches: readonly Batch[];
  readonly accounts: readonly Pick<Account, 'id' | 'name'>[];
}

type Line = readonly SheetCell[];

const JSON_PART = 32_000;

/** Stands before the view as JSON; where it goes on, the label is empty. */
export const VIEW_LABEL = 'View (JSON)';

/** The view as JSON, in ASCII only: it parses to what was exported, and Callbook opens it. */
function machineReadable({ selection, sort, layout, pivot }: ExportRequest): string {
  const view: View = { name: 'From a workbook', selection, sort, layout, pivot };
  const json = JSON.stringify(view);
  // Excel would read _x0041_ as "A".
  return json
    .replaceAll('_x', '\\u005fx')
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const inCells = (json: string): readonly string[] => json.match(new RegExp(`.{1,${JSON_PART}}`, 'gs')) ?? [];

/** Whether the view would tell a phone number that is masked: one that is filtered by, searched for or counted. */
function namesPhones({ selection, pivot }: ExportRequest): boolean {
  const words = [selection.text, ...selection.filters.map((filter) => filterInWords(filter, selection.timeZone))];
  return (
    selection.filters.some(({ of }) => of.column === 'phone_number') ||
    (pivot?.measures ?? []).some((measure) => measureWords(measure, masked) !== measureLabel(measure)) ||
    words.some((one) => maskText(one) !== one)
  );
}

function pivotInWords(spec: PivotSpec, mask: Mask): string {
  const list = (dimensions: PivotSpec['rows']) => dimensions.map(dimensionLabel).join(', ');
  return [
    spec.measures.map((measure) => measureWords(measure, mask)).join(', '),
    spec.rows.length > 0 ? `by ${list(spec.rows)}` : '',
    spec.columns.length > 0 ? `across ${list(spec.columns)}` : '',
    `percentages of ${baseWords[spec.base]}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Writes "About": what was exported, from when, and what Excel's limits cut. Written last, when all cuts are known. */
export function writeAboutSheet(workbook: OpenWorkbook, facts: AboutFacts, cuts: Cuts): void {
  const { request, batches } = facts;
  const { selection } = request;
  const timeZone = timeZoneOf(request);
  const dayOf = excelTime(timeZone);
  const text = (value: string): SheetCell => ({ value: cellText(value, cuts), style: 'wrapped' });
  const number = (value: number) => ({ value, style: 'count' as const });
  const time = (ms: number | null) => (ms === null ? text('never') : { value: dayOf(ms), style: 'time' as const });
  const header = (value: string) => ({ value, style: 'header' as const });
  const label = (value: string) => ({ value, style: 'total' as const });
  const mask = maskFor(request.maskPhones);
  const json = machineReadable(request);
  const whyNoView =
    request.maskPhones && namesPhones(request)
      ? 'it names a phone number'
      : isViewTooLarge(json.length)
        ? 'Callbook opens none of more than 5 MB'
        : undefined;
  const accountName = new Map(facts.accounts.map((account) => [account.id, account.name]));
  const cutLines = cuts.inWords();

  const lines: Line[] = [
    [
      label('What'),
      text(
        `${request.places === null && request.calls === null ? 'Calls' : 'Picked rows of the calls'}: ${selectionInWords(selection, mask)}`,
      ),
    ],
    [label('Calls exported'), number(facts.rows)],
    [label('Calls in these batches'), number(facts.all)],
    [
      label('Order'),
      text(
        request.sort.map((s) => columnLabel(s.column) + (s.descending ? ', descending' : '')).join('; ') ||
          'as received',
      ),
    ],
    ...(request.pivot === null ? [] : [[label('Pivot'), text(pivotInWords(request.pivot, mask))]]),
    [label('Rejected items'), number(facts.rejected)],
    [
      label('Phone numbers'),
      text(request.maskPhones ? 'masked: all digits but the last three, also in other texts' : 'as received'),
    ],
    [
      label('Time zone'),
      text(
        timeZone === selection.timeZone
          ? timeZone
          : `${timeZone} (days and hours of filters and pivot: ${selection.timeZone})`,
      ),
    ],
    [label('Exported'), time(request.requestedAt)],
    [label('Callbook'), text(request.appVersion)],
    ...(cutLines.length === 0
      ? [[label('Excel’s limits'), text('nothing was cut')]]
      : cutLines.map((cut, i) => [label(i === 0 ? 'Excel’s limits' : ''), text(cut)])),
    ...(whyNoView !== undefined
      ? [[label('View'), text(`left out, since ${whyNoView}`)]]
      : inCells(json).map((part, i) => [label(i === 0 ? VIEW_LABEL : ''), { value: part, style: 'text' as const }])),
    [],
    ['Batch', 'Agent', 'Account', 'Status', 'Calls', 'Rejected', `Last sync (${timeZone})`, 'All calls received'].map(
      header,
    ),
    ...batches.map((batch) => [
      text(batch.batch_id),
      text(batch.agent_name ?? ''),
      text(accountName.get(batch.accountId) ?? ''),
      text(batch.status ?? ''),
      number(batch.calls),
      number(batch.rejected),
      time(batch.syncedAt),
      text(batch.isComplete ? 'yes' : 'no'),
    ]),
  ];

  const sheet = workbook.addSheet('About', { widths: [26, 60, 22, 14, 10, 10, 30, 18] });
  lines.forEach((line) => sheet.write(line));
  sheet.close();
}
