import { useEffect, useRef } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { GridHandle } from '../../components/DataGrid.tsx';
import { useDetail } from '../../stores/detail.ts';
import { changeSettings, useSettings } from '../../stores/settings.ts';
import { CallDetailPanel } from './detail/CallDetailPanel.tsx';
import { CallGrid } from './CallGrid.tsx';

/** Grid left, open call right. */
export function CallsScreen() {
  const isOpen = useDetail((state) => state.isOpen);
  const index = useDetail((state) => state.index);
  const width = useSettings((state) => state.settings.detailWidth);
  const grid = useRef<GridHandle>(null);
  useEffect(() => {
    if (index !== null) grid.current?.show(index);
  }, [index]);
  return (
    <section className="calls" aria-label="Calls">
      <h1 className="visually-hidden">Calls</h1>
      <Group
        className="calls-panels"
        onLayoutChanged={({ detail }, { isUserInteraction }) => {
          if (isUserInteraction && detail !== undefined)
            changeSettings({ detailWidth: Math.min(80, Math.max(10, detail)) });
        }}
      >
        <Panel id="grid" minSize={280} className="calls-grid">
          <CallGrid ref={grid} />
        </Panel>
        {isOpen && (
          <>
            <Separator className="separator" aria-label="Width of the call's panel" />
            <Panel id="detail" defaultSize={`${width}%`} minSize={300} className="calls-detail">
              <CallDetailPanel onClosed={() => grid.current?.focus()} />
            </Panel>
          </>
        )}
      </Group>
    </section>
  );
}
