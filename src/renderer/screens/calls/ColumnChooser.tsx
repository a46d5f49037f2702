import { Columns3, Pin } from 'lucide-react';
import {
  Autocomplete,
  Button,
  Dialog,
  DialogTrigger,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  RadioGroup,
  SearchField,
  Text,
  useFilter,
} from 'react-aria-components';
import { outcomeKeyOf, type Column } from '../../../shared/columns.ts';
import { formatCount } from '../../../shared/format.ts';
import { densities, type Density } from '../../../shared/settings.ts';
import { orderedColumns } from '../../../shared/view.ts';
import { resetLayout, showOnly } from '../../stores/layout.ts';
import { useSelection } from '../../stores/selection.ts';
import { changeSettings, useSettings } from '../../stores/settings.ts';

const densityWords: Record<Density, string> = { compact: 'Compact', normal: 'Normal', comfortable: 'Comfortable' };

/** Which columns the grid shows, and how high its rows are. Their order is changed at the headers. */
export function ColumnChooser({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <DialogTrigger>
      <Button className="icon-button column-chooser" aria-label="Columns and rows">
        <Columns3 size={15} aria-hidden />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="search-menu wide" aria-label="Columns and rows">
          <ColumnList columns={columns} />
          <DensityChoice />
          <div className="popover-foot row">
            <Button
              className="button quiet small"
              onPress={() => showOnly(columns, new Set(columns.map(({ id }) => id)))}
            >
              Show all
            </Button>
            <span className="grow" />
            <Button className="button quiet small" onPress={resetLayout}>
              Reset columns
            </Button>
          </div>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function ColumnList({ columns }: { readonly columns: readonly Column[] }) {
  const layout = useSelection((state) => state.layout);
  const { contains } = useFilter({ sensitivity: 'base' });
  const hidden = new Set(layout.hidden);
  const pinned = new Set(layout.pinned);
  const ordered = orderedColumns(columns, layout);
  return (
    <Autocomplete filter={contains}>
      <SearchField className="field" aria-label="Find a column" autoFocus>
        <Input className="input" placeholder="Find a column" />
      </SearchField>
      <ListBox
        className="list"
        aria-label="Columns"
        items={ordered}
        dependencies={[layout]}
        selectionMode="multiple"
        selectionBehavior="toggle"
        escapeKeyBehavior="none"
        selectedKeys={ordered.flatMap(({ id }) => (hidden.has(id) ? [] : [id]))}
        onSelectionChange={(keys) =>
          showOnly(columns, new Set(keys === 'all' ? columns.map(({ id }) => id) : [...keys].map(String)))
        }
        renderEmptyState={() => <p className="empty-list">No such column.</p>}
      >
        {({ id, label, filled }) => (
          <ListBoxItem className="list-item column-item" textValue={label}>
            {({ isSelected }) => (
              <>
                <span className="tick-box" aria-hidden>
                  {isSelected && '✓'}
                </span>
                <Text slot="label" className={outcomeKeyOf(id) === undefined ? 'list-label' : 'list-label outcome'}>
                  {label}
                </Text>
                {pinned.has(id) && <Pin size={12} aria-label="pinned" />}
                <Text slot="description" className="list-detail">
                  {formatCount(filled)}
                </Text>
              </>
            )}
          </ListBoxItem>
        )}
      </ListBox>
    </Autocomplete>
  );
}

function DensityChoice() {
  const density = useSettings((state) => state.settings.density);
  return (
    <RadioGroup
      className="radios inline popover-foot"
      value={density}
      onChange={(value) => changeSettings({ density: densities.find((one) => one === value) ?? 'normal' })}
    >
      <Label className="label">Rows</Label>
      {densities.map((one) => (
        <Radio key={one} value={one} className="radio">
          {densityWords[one]}
        </Radio>
      ))}
    </RadioGroup>
  );
}
