import { useEffect, useState } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import { dimensionLabel, outcomeKeyOf } from '../../../shared/columns.ts';
import type { ErrorValue } from '../../../shared/errors.ts';
import { exportChoicesSchema, exportFormats, type ExportChoices } from '../../../shared/exportOptions.ts';
import { counted, formatCount } from '../../../shared/format.ts';
import type { PivotSpec } from '../../../shared/pivot.ts';
import { everything, selectionInWords, type Selection } from '../../../shared/selection.ts';
import { arrangeColumns } from '../../../shared/view.ts';
import { call, problemOf } from '../../bridge.ts';
import { Check } from '../../components/Check.tsx';
import { Choice, SearchChoice } from '../../components/Choice.tsx';
import { lengthOf, pickedRows } from '../../components/gridRanges.ts';
import { Problem } from '../../components/Problem.tsx';
import { timeZones } from '../../components/timeZones.ts';
import { measureWords, type Mask } from '../../../shared/masking.ts';
import { callsChanged, useCalls } from '../../stores/calls.ts';
import { startExport, useExport } from '../../stores/exportJob.ts';
import { rowsAtHand } from '../../stores/pages.ts';
import { usePicked } from '../../stores/picked.ts';
import { useSelection } from '../../stores/selection.ts';
import { useMask, useSettings } from '../../stores/settings.ts';
import { limitsInWords } from './limits.ts';
import { Presets } from './Presets.tsx';

type Scope = 'picked' | 'filtered' | 'all';

const formatWords = { xlsx: 'Excel workbook', csv: 'CSV', parquet: 'Parquet (DuckDB, Spark, BigQuery)' } as const;
const delimiterWords = { ',': 'Comma', ';': 'Semicolon', '\t': 'Tab' } as const;
const NO_SPLIT = 'none';

/** How many calls a selection holds; undefined until known. */
function useCount(selection: Selection): number | ErrorValue | undefined {
  const [count, setCount] = useState<number | ErrorValue>();
  useEffect(() => {
    let isWanted = true;
    call('calls.count', { selection }).then(
      (value) => isWanted && setCount(value),
      (thrown: unknown) => isWanted && setCount(problemOf(thrown)),
    );
    return () => {
      isWanted = false;
    };
  }, [selection]);
  return count;
}

/** More words than that nobody reads here; the chips have them all. */
const MOST_WORDS = 240;

function shortened(words: string, { filters }: Selection): string {
  if (words.length <= MOST_WORDS) return words;
  return `${words.slice(0, MOST_WORDS)}…${filters.length > 1 ? ` (${formatCount(filters.length)} filters)` : ''}`;
}

function pivotInWords({ rows, columns, measures }: PivotSpec, mask: Mask): string {
  const by = [...rows, ...columns].map(dimensionLabel).join(' × ');
  return `${measures.map((measure) => measureWords(measure, mask)).join(', ')} by ${by}`;
}

/** What may be split by: fields and keys with few enough values to make sheets or files of. */
function useSplitOptions() {
  const columns = useCalls((state) => state.columns);
  return [
    { id: NO_SPLIT, label: 'All in one' },
    ...columns
      .filter(({ kind }) => kind === 'category' || kind === 'yes_no')
      .map(({ id, label }) => ({ id, label: `One for each ${label}` })),
  ];
}

export function ExportForm() {
  const { selection, sort, layout, pivot: spec } = useSelection();
  const columns = useCalls((state) => state.columns);
  const ranges = usePicked((state) => state.ranges);
  const masksPhones = useSettings((state) => state.settings.maskPhones);
  const mask = useMask();
  const problem = useExport((state) => state.problem);
  const [all] = useState(() => everything(selection.timeZone));
  const [scope, setScope] = useState<Scope>('filtered');
  const [choices, setChoices] = useState<ExportChoices>(() => exportChoicesSchema.parse({ maskPhones: masksPhones }));
  const set = (change: Partial<ExportChoices>) => setChoices((before) => ({ ...before, ...change }));
  // Masking that is turned on in the menu of the window meanwhile is for what is written, too; it is turned off here by hand.
  const [wasMasking, setWasMasking] = useState(masksPhones);
  if (masksPhones !== wasMasking) {
    setWasMasking(masksPhones);
    if (masksPhones) set({ maskPhones: true });
  }
  const splitOptions = useSplitOptions();
  const zones = timeZones(selection.timeZone);

  const picked = pickedRows(ranges);
  const counts = { filtered: useCount(selection), all: useCount(all), picked: lengthOf(picked) };
  const words = (count: number | ErrorValue | undefined) =>
    count === undefined ? '…' : typeof count === 'number' ? counted(count, 'call') : count.message;
  const wholeWords = selectionInWords(selection, mask);
  const visible = arrangeColumns(columns, layout).columns;
  const isWorkbook = choices.format === 'xlsx';
  // The pivot counts the whole selection, so it does not go with a few picked rows.
  const pivot = scope === 'picked' || !isWorkbook || !choices.pivot ? null : spec;
  const split = scope === 'picked' ? null : choices.split;
  const isFolder = split?.into === 'files' || (split !== null && !isWorkbook);
  const count = counts[scope];
  const limits = limitsInWords(choices, {
    calls: typeof count === 'number' ? count : 0,
    columns: choices.visibleColumns ? visible.length : columns.length,
    outcomes: columns.reduce((sum, { id, filled }) => sum + (outcomeKeyOf(id) === undefined ? 0 : filled), 0),
    hasPivot: pivot !== null,
  });

  const start = (): void => {
    const { pivot: _asked, visibleColumns, ...rest } = choices;
    // Where new calls have come that the grid does not show yet, its places are those of other calls by now.
    const { shown, arrived } = useCalls.getState();
    const rows = scope === 'picked' && shown !== null ? rowsAtHand(shown.pages, picked) : undefined;
    const calls = rows?.map(({ rowId }) => rowId) ?? null;
    if (scope === 'picked' && calls === null && arrived !== 0)
      return useExport.setState({ problem: problemOf(callsChanged()) });
    void startExport(isFolder ? '' : `.${choices.format}`, {
      ...rest,
      selection: scope === 'all' ? all : selection,
      sort: [...sort],
      places: scope === 'picked' && calls === null ? picked.map(({ first, last }) => [first, last]) : null,
      calls,
      columns: visibleColumns ? visible.map(({ id }) => id) : null,
      pivot,
      split: split === null ? null : { by: split.by, into: isFolder ? 'files' : 'sheets' },
      layout,
    });
  };

  return (
    <div className="dialog-body">
      <Presets choices={choices} onChoose={setChoices} />
      <RadioGroup className="radios" value={scope} onChange={(value) => setScope(value as Scope)}>
        <Label className="label">Which calls</Label>
        {picked.length > 0 && (
          <Radio value="picked" className="radio">
            <span>
              The rows that are picked in the grid <strong className="tabular">{words(counts.picked)}</strong>
            </span>
          </Radio>
        )}
        <Radio value="filtered" className="radio">
          <span>
            The calls in sight: <span title={wholeWords}>{shortened(wholeWords, selection)}</span>{' '}
            <strong className="tabular">{words(counts.filtered)}</strong>
          </span>
        </Radio>
        <Radio value="all" className="radio">
          <span>
            Every call in the cache <strong className="tabular">{words(counts.all)}</strong>
          </span>
        </Radio>
      </RadioGroup>
      <div className="export-choices">
        <Choice
          label="File"
          options={exportFormats.map((id) => ({ id, label: formatWords[id] }))}
          value={choices.format}
          onChange={(id) => set({ format: exportFormats.find((format) => format === id) ?? 'xlsx' })}
        />
        <Choice
          label="Columns"
          options={[
            { id: 'all', label: `All (${formatCount(columns.length)})` },
            { id: 'visible', label: `Those in sight (${formatCount(visible.length)})` },
          ]}
          value={choices.visibleColumns ? 'visible' : 'all'}
          onChange={(id) => set({ visibleColumns: id === 'visible' })}
        />
        <SearchChoice
          label="Times in the zone"
          options={zones.map((zone) => ({ id: zone, label: zone }))}
          value={choices.timeZone ?? selection.timeZone}
          onChange={(zone) => set({ timeZone: zone === selection.timeZone ? null : zone })}
        />
        {scope !== 'picked' && (
          <Choice
            label="Split"
            options={splitOptions}
            value={choices.split?.by ?? NO_SPLIT}
            onChange={(by) => set({ split: by === NO_SPLIT ? null : { by, into: choices.split?.into ?? 'sheets' } })}
          />
        )}
        {split !== null && isWorkbook && (
          <Choice
            label="Into"
            options={[
              { id: 'sheets', label: 'Sheets of one workbook' },
              { id: 'files', label: 'Files in a folder' },
            ]}
            value={split.into}
            onChange={(into) => set({ split: { by: split.by, into: into === 'files' ? 'files' : 'sheets' } })}
          />
        )}
        {choices.format === 'csv' && (
          <Choice
            label="Between values"
            options={Object.entries(delimiterWords).map(([id, label]) => ({ id, label }))}
            value={choices.delimiter}
            onChange={(id) => set({ delimiter: id === ';' || id === '\t' ? id : ',' })}
          />
        )}
      </div>
      <fieldset className="options">
        <legend className="label">What goes in</legend>
        {isWorkbook && (
          <p className="muted">Sheets “Calls” and “About” always; “Rejected” where an item could not be read.</p>
        )}
        {isWorkbook && spec !== null && scope !== 'picked' && (
          <>
            <Check checked={choices.pivot} onChange={(checked) => set({ pivot: checked })}>
              Pivot sheet: {pivotInWords(spec, mask)}
            </Check>
            {choices.pivot && split === null && (
              <Check checked={choices.livePivot} onChange={(livePivot) => set({ livePivot })}>
                The same as a PivotTable of Excel’s own, to go on with there
              </Check>
            )}
          </>
        )}
        {isWorkbook && (
          <>
            <Check checked={choices.outcomes} onChange={(outcomes) => set({ outcomes })}>
              Outcomes sheet: a row for each outcome
            </Check>
            <Check checked={choices.history} onChange={(history) => set({ history })}>
              Call history sheet: what changed between syncs
            </Check>
          </>
        )}
        <Check checked={choices.maskPhones} onChange={(maskPhones) => set({ maskPhones })}>
          Mask phone numbers (all but the last three digits)
        </Check>
        {choices.format === 'csv' && (
          <>
            <Check checked={choices.guardFormulas} onChange={(guardFormulas) => set({ guardFormulas })}>
              Guard against formulas
            </Check>
            <p className="hint">
              Text that begins with = + - @ gets an apostrophe before it, so that no spreadsheet runs it. Switch it off
              for programs that read the file as it is.
            </p>
          </>
        )}
      </fieldset>
      {limits.length > 0 && (
        <section className="cuts" aria-label="Excel’s limits">
          <ul>
            {limits.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </section>
      )}
      <Problem problem={problem} />
      <div className="dialog-foot">
        <Button className="button" slot="close">
          Not now
        </Button>
        <Button className="button primary" isDisabled={count === 0} onPress={start}>
          {isFolder ? 'Choose folder…' : 'Choose file…'}
        </Button>
      </div>
    </div>
  );
}
