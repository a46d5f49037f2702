import { formatCount } from '../../../shared/format.ts';
import { countPicked } from '../../components/gridRanges.ts';
import { usePicked } from '../../stores/picked.ts';

/** What is picked in the grid, for the bottom bar. */
export function PickedWords() {
  const { ranges, copied } = usePicked();
  const count = countPicked(ranges);
  return (
    <>
      {count > 1 && (
        <span className="tabular" aria-label="Picked cells">
          {formatCount(count)} cells
        </span>
      )}
      <span role="status" className="muted">
        {copied}
      </span>
    </>
  );
}
