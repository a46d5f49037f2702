import { X } from 'lucide-react';
import { Button } from 'react-aria-components';
import { filterInWords } from '../../shared/selection.ts';
import { clearSelection, removeFilter, setText, useSelection } from '../stores/selection.ts';

/** What holds the calls back, in words, each removable. */
export function ChipsRow() {
  const { selection } = useSelection();
  const text = selection.text.trim();
  if (selection.filters.length === 0 && text === '') return null;
  const chips = selection.filters.map((filter) => ({
    words: filterInWords(filter, selection.timeZone),
    remove: () => removeFilter(filter),
  }));
  if (text !== '') chips.push({ words: `contains “${text}”`, remove: () => setText('') });
  return (
    <div className="chips" role="group" aria-label="Filters">
      {chips.map(({ words, remove }, i) => (
        <span key={i} className="chip" title={words}>
          <span className="ellipsis" dir="auto">
            {words}
          </span>
          <Button className="icon-button" aria-label={`Remove filter: ${words}`} onPress={remove}>
            <X size={13} aria-hidden />
          </Button>
        </span>
      ))}
      <Button className="button quiet small" onPress={clearSelection}>
        Clear all
      </Button>
    </div>
  );
}
