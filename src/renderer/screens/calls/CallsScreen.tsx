import { useEffect, useRef } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { useShallow } from 'zustand/react/shallow';
import type { GridHandle } from '../../components/gridProps.ts';
import { useDetail } from '../../stores/detail.ts';
import { changeSettings, useSettings } from '../../stores/settings.ts';
import { FacetsPanel } from '../../facets/FacetsPanel.tsx';
import { CallDetailPanel } from './detail/CallDetailPanel.tsx';
import { CallGrid } from './CallGrid.tsx';

/** Filters left, grid, open call right. */
export function CallsScreen() {
  const isOpen = useDetail((state) => state.isOpen);
  // Other settings change with every letter typed.
  const { hasFacets, facetsWidth, detailWidth } = useSettings(
    useShallow(({ settings: { hasFacets, facetsWidth, detailWidth } }) => ({ hasFacets, facetsWidth, detailWidth })),
  );
  const grid = useRef<GridHandle>(null);
  // Listened to, not drawn with: a call that is opened after another changes nothing here.
  useEffect(() => {
    const show = (index: number | null) => index !== null && grid.current?.show(index);
    show(useDetail.getState().index);
    return useDetail.subscribe(({ index }, before) => index !== before.index && show(index));
  }, []);
  return (
    <section className="calls" aria-label="Calls">
      <h1 className="visually-hidden">Calls</h1>
      <Group
        className="calls-panels"
        onLayoutChanged={({ facets, detail }, { isUserInteraction }) => {
          if (!isUserInteraction) return;
          if (facets !== undefined) changeSettings({ facetsWidth: Math.min(60, Math.max(5, facets)) });
          if (detail !== undefined) changeSettings({ detailWidth: Math.min(80, Math.max(10, detail)) });
        }}
      >
        {hasFacets && (
          <>
            <Panel id="facets" defaultSize={`${facetsWidth}%`} minSize={224} maxSize={460} className="calls-facets">
              <FacetsPanel />
            </Panel>
            <Separator className="separator" aria-label="Width of the filter panel" />
          </>
        )}
        <Panel id="grid" minSize={280} className="calls-grid">
          <CallGrid ref={grid} />
        </Panel>
        {isOpen && (
          <>
            <Separator className="separator" aria-label="Width of the call's panel" />
            <Panel id="detail" defaultSize={`${detailWidth}%`} minSize={300} className="calls-detail">
              <CallDetailPanel onClosed={() => grid.current?.focus()} />
            </Panel>
          </>
        )}
      </Group>
    </section>
  );
}
