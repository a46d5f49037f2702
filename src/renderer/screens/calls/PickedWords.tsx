import { formatCount, formatDuration, formatNumber } from '../../../shared/format.ts';
import { countPicked } from '../../components/gridRanges.ts';
import { usePicked } from '../../stores/picked.ts';
import { useMask } from '../../stores/settings.ts';

/** What is picked in the grid and what it comes to, for the bottom bar. */
export function PickedWords() {
  const { ranges, statistics, copied } = usePicked();
  const count = countPicked(ranges);
  const numbers = statistics?.numbers ?? null;
  const say = numbers?.kind === 'duration' ? formatDuration : formatNumber;
  const mask = useMask();
  const words = [
    `${formatCount(count)} cells`,
    ...(statistics?.distinct == null ? [] : [`${formatCount(statistics.distinct)} different`]),
    ...(numbers === null
      ? []
      : [
          `${formatCount(numbers.count)} numbers`,
          `sum ${say(numbers.sum)}`,
          `average ${say(numbers.sum / numbers.count)}`,
          `least ${say(numbers.min)}`,
          `most ${say(numbers.max)}`,
        ]),
  ].join(' · ');
  return (
    <>
      {count > 1 && (
        <span className="tabular ellipsis" role="status" aria-label="Picked cells" title={mask(words)}>
          {mask(words)}
        </span>
      )}
      <span role="status" className="muted">
        {copied}
      </span>
    </>
  );
}
