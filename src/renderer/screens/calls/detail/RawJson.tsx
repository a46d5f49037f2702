import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import { copyText } from '../../../components/copyText.ts';
import { jsonLines, prettyJson, type JsonLine } from '../../../components/prettyJson.ts';

/** The item as received: readable, searchable, each value with its path to copy. */
export function RawJson({ received, label }: { readonly received: string; readonly label: string }) {
  const lines = useMemo(() => jsonLines(received), [received]);
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const wanted = search.trim().toLowerCase();
  const found = useMemo(
    () => (wanted === '' ? [] : lines.flatMap(({ text }, i) => (text.toLowerCase().includes(wanted) ? [i] : []))),
    [lines, wanted],
  );
  const place = found.indexOf(active);
  const line = lines[active];
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);

  const step = (by: 1 | -1) => {
    const next = by === 1 ? found.find((at) => at > active) : found.findLast((at) => at < active);
    const target = next ?? (by === 1 ? found[0] : found.at(-1));
    if (target !== undefined) setActive(target);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: lines.length - 1,
      PageDown: active + 20,
      PageUp: active - 20,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setActive(Math.max(0, Math.min(to, lines.length - 1)));
  };

  return (
    <div className="raw-json" role="group" aria-label={label}>
      <div className="row">
        <SearchField
          className="field grow"
          aria-label="Find in the JSON"
          value={search}
          onChange={(next) => {
            setSearch(next);
            const first = lines.findIndex(({ text }) => text.toLowerCase().includes(next.trim().toLowerCase()));
            if (next.trim() !== '' && first >= 0) setActive(first);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
          }}
        >
          <Input className="input" placeholder="Find" spellCheck={false} />
        </SearchField>
        <span className="muted tabular" role="status">
          {wanted !== '' && (found.length === 0 ? 'Not found' : `${place + 1} of ${found.length}`)}
        </span>
        <Button
          className="icon-button"
          aria-label="Previous place"
          isDisabled={found.length === 0}
          onPress={() => step(-1)}
        >
          <ChevronUp size={15} aria-hidden />
        </Button>
        <Button className="icon-button" aria-label="Next place" isDisabled={found.length === 0} onPress={() => step(1)}>
          <ChevronDown size={15} aria-hidden />
        </Button>
      </div>
      <div className="row">
        <span className="mono ellipsis grow" dir="ltr" title={line?.path}>
          {line?.path}
        </span>
        <Button className="button small" onPress={() => void copyText(line?.path ?? '', 'Copied the path')}>
          Copy path
        </Button>
        <Button
          className="button small"
          onPress={() => void copyText(line === undefined ? '' : valueOf(received, line), 'Copied the value')}
        >
          Copy value
        </Button>
      </div>
      <div
        ref={list}
        className="raw raw-lines"
        role="listbox"
        aria-label={label}
        dir="ltr"
        tabIndex={0}
        aria-activedescendant={`${id}-${active}`}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const target = (event.target as Element).closest<HTMLElement>('[data-at]');
          if (target !== null) setActive(Number(target.dataset['at']));
        }}
      >
        {lines.map(({ depth, text }, i) => (
          <div
            key={i}
            id={`${id}-${i}`}
            data-at={i}
            role="option"
            aria-selected={i === active}
            className="raw-line"
            style={{ paddingInlineStart: `${depth * 2 + 1}ch` }}
          >
            {wanted === '' ? text : <Found text={text} wanted={wanted} />}
          </div>
        ))}
      </div>
    </div>
  );
}

/** A text without its quotes and escapes; anything else as JSON that can be read. */
function valueOf(received: string, { start, end }: JsonLine): string {
  const value = received.slice(start, end);
  return value.startsWith('"') ? (JSON.parse(value) as string) : prettyJson(value);
}

function Found({ text, wanted }: { readonly text: string; readonly wanted: string }) {
  const lower = text.toLowerCase();
  // Lower case can be longer (İ): then no place in it is one of the text.
  if (lower.length !== text.length) return text;
  const pieces: React.ReactNode[] = [];
  let at = 0;
  for (let hit = lower.indexOf(wanted); hit >= 0; hit = lower.indexOf(wanted, at)) {
    pieces.push(text.slice(at, hit), <mark key={hit}>{text.slice(hit, hit + wanted.length)}</mark>);
    at = hit + wanted.length;
  }
  return [...pieces, text.slice(at)];
}
