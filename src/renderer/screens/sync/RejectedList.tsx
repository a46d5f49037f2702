import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { ChevronRight } from 'lucide-react';
import { counted } from '../../../shared/format.ts';
import type { RejectedItem } from '../../../shared/model.ts';
import { useBatches } from '../../stores/batches.ts';
import { startSync } from '../../stores/sync.ts';
import { prettyJson } from '../../components/prettyJson.ts';

const MOST_SHOWN = 200;

/** Items that could not be read, whole: nothing the provider sent is lost. The next sync tries them again. */
export function RejectedList({ items }: { readonly items: readonly RejectedItem[] }) {
  const batches = useBatches((state) => state.batches);
  const batchId = (key: string) => batches.find((batch) => batch.key === key)?.batch_id ?? key;
  return (
    <section className="panel" aria-label="Items that could not be read">
      <h2>{counted(items.length, 'item')} could not be read</h2>
      <p className="muted">
        They are kept as they came and tried again at the next sync. The other calls are not affected.
      </p>
      <Button className="button" onPress={() => startSync([...new Set(items.map(({ batch }) => batch))], true)}>
        Try all again
      </Button>
      {items.slice(0, MOST_SHOWN).map((item) => (
        <Disclosure key={item.id} className="rejected">
          <Heading className="plain">
            <Button slot="trigger" className="button quiet">
              <ChevronRight size={14} aria-hidden className="turns" />
              <span className="ellipsis">{item.reason}</span>
              <span className="muted mono">
                {batchId(item.batch)}, page {item.page}
              </span>
            </Button>
          </Heading>
          <DisclosurePanel>
            <div className="row">
              <span className="muted">
                From the list of {item.list}, page {item.page}
              </span>
              <span className="grow" />
              <Button className="button small" onPress={() => startSync([item.batch], true)}>
                Try again
              </Button>
            </div>
            <pre className="raw" tabIndex={0} aria-label="The item as received">
              {prettyJson(item.received)}
            </pre>
          </DisclosurePanel>
        </Disclosure>
      ))}
      {items.length > MOST_SHOWN && <p className="muted">The first {MOST_SHOWN} are shown.</p>}
    </section>
  );
}
