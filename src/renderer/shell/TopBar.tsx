import { Download, ListFilter, Search, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, Input, SearchField, ToggleButton } from 'react-aria-components';
import { useCalls } from '../stores/calls.ts';
import { setText, useSelection } from '../stores/selection.ts';
import { changeSettings, useSettings } from '../stores/settings.ts';
import { goTo, openDialog, useView } from '../stores/view.ts';
import { BatchPicker } from './BatchPicker.tsx';
import { focusGrid, SEARCH_BOX } from './searchBox.ts';
import { ViewMenu } from './ViewMenu.tsx';

export function TopBar() {
  const screen = useView((state) => state.screen);
  const hasFacets = useSettings((state) => state.settings.hasFacets);
  return (
    <header className="top-bar">
      {screen === 'calls' && (
        <ToggleButton
          className="button filter-toggle"
          aria-label="Filter panel"
          isSelected={hasFacets}
          onChange={(isOn) => changeSettings({ hasFacets: isOn })}
        >
          <ListFilter size={15} aria-hidden />
        </ToggleButton>
      )}
      <BatchPicker />
      <SearchBox />
      <ViewMenu />
      <Button className="button" onPress={() => openDialog('export')}>
        <Download size={15} aria-hidden />
        Export
      </Button>
    </header>
  );
}

/** Apart from the bar, which letters do not change. */
function SearchBox() {
  const text = useSelection((state) => state.selection.text);
  const change = (next: string) => {
    setText(next);
    const { screen } = useView.getState();
    if (next !== '' && screen !== 'calls' && screen !== 'pivot') goTo('calls');
  };
  return (
    <>
      <SearchField className="search" aria-label="Search calls" value={text} onChange={change} onSubmit={focusGrid}>
        <Search size={15} aria-hidden className="search-icon" />
        <Input
          id={SEARCH_BOX}
          className="input"
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return;
            event.preventDefault();
            focusGrid();
          }}
          placeholder="Search names, numbers, summaries, outcomes…"
          spellCheck={false}
        />
        {text !== '' && (
          <Button className="icon-button" aria-label="Clear search">
            <X size={14} aria-hidden />
          </Button>
        )}
      </SearchField>
      <Busy />
    </>
  );
}

/** Apart from the box, which the beginning and end of a question do not change. */
function Busy() {
  const isSearch = useSelection(({ selection }) => selection.text !== '');
  const isLate = useLate(useCalls((state) => state.isAsking) && isSearch);
  return <span className={isLate ? 'busy' : 'busy off'} aria-hidden />;
}

/** Answers mostly come sooner: something that turns for a moment at each letter is unrest, and costs every frame more than the letter. */
const LATE_MS = 250;

/** True once `isOn` has been so for a while. */
function useLate(isOn: boolean): boolean {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setTimeout(() => setIsLate(true), LATE_MS);
    return () => {
      clearTimeout(timer);
      setIsLate(false);
    };
  }, [isOn]);
  return isLate;
}
