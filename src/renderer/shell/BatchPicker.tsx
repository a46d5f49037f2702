import { Check, ChevronDown, Layers } from 'lucide-react';
import {
  Autocomplete,
  Button,
  Dialog,
  DialogTrigger,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  Text,
  useFilter,
} from 'react-aria-components';
import { counted } from '../../shared/format.ts';
import { batchName, useBatches } from '../stores/batches.ts';
import { setBatches, useSelection } from '../stores/selection.ts';

/** Which batches are meant; none chosen is all. */
export function BatchPicker() {
  const batches = useBatches((state) => state.batches);
  const chosen = useSelection((state) => state.selection.batches);
  const { contains } = useFilter({ sensitivity: 'base' });
  const synced = batches.filter((batch) => batch.calls > 0 || batch.syncedAt !== null);
  const only = chosen.length === 1 ? batches.find((batch) => batch.key === chosen[0]) : undefined;
  const words =
    chosen.length === 0
      ? 'All batches'
      : only !== undefined
        ? batchName(only)
        : `${chosen.length} of ${counted(synced.length, 'batch', 'batches')}`;
  return (
    <DialogTrigger>
      <Button className="button batch-picker" aria-label={`Batches: ${words}`}>
        <Layers size={15} aria-hidden />
        <span className="ellipsis" dir="auto" title={words}>
          {words}
        </span>
        <ChevronDown size={14} aria-hidden />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Dialog className="search-menu wide" aria-label="Batches">
          <Autocomplete filter={contains}>
            <SearchField className="field" aria-label="Search batches" autoFocus>
              <Input className="input" placeholder="Search batches" />
            </SearchField>
            <ListBox
              className="list"
              aria-label="Batches"
              selectionMode="multiple"
              // Escape clears the search and then closes; what is chosen stays.
              escapeKeyBehavior="none"
              selectedKeys={chosen}
              onSelectionChange={(keys) => setBatches(keys === 'all' ? [] : [...keys].map(String))}
              items={synced.map((batch) => ({ id: batch.key, batch }))}
              renderEmptyState={() => (
                <p className="empty-list">{synced.length === 0 ? 'No batch is synced yet.' : 'Nothing matches.'}</p>
              )}
            >
              {({ batch }) => (
                <ListBoxItem className="list-item two-lines" textValue={`${batchName(batch)} ${batch.batch_id}`}>
                  {({ isSelected }) => (
                    <>
                      <span className="tick">{isSelected && <Check size={14} aria-hidden />}</span>
                      <Text slot="label" className="list-label">
                        {batchName(batch)}
                      </Text>
                      <Text slot="description" className="list-detail">
                        {batch.batch_id} · {counted(batch.calls, 'call')}
                        {batch.created_at !== null && ` · ${batch.created_at.slice(0, 10)}`}
                      </Text>
                    </>
                  )}
                </ListBoxItem>
              )}
            </ListBox>
          </Autocomplete>
          <div className="popover-foot">
            <Button className="button quiet" isDisabled={chosen.length === 0} onPress={() => setBatches([])}>
              All batches
            </Button>
          </div>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
