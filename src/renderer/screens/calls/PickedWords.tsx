import { counted, formatCount, formatDuration, formatNumber } from '../../../shared/format.ts';
import { countPicked } from '../../components/gridRanges.ts';
import { usePicked } from '../../stores/picked.ts';
import { useMask } from '../../stores/settings.ts';

/** What is picked in the grid and what it comes to, for the bottom bar. */
export function PickedWords() {
  const { ranges, statistics } = usePicked();
  const count = countPicked(ranges);
  const numbers = statistics?.numbers ?? null;
  const say = numbers?.kind === 'duration' ? formatDuration : formatNumber;
  const mask = useMask();
  const words = [
    counted(count, 'cell'),
    ...(statistics?.distinct == null ? [] : [`${formatCount(statistics.distinct)} different`]),
    ...(numbers === null
      ? []
      : [
          counted(numbers.count, 'number'),
          `sum ${say(numbers.sum)}`,
          `average ${say(numbers.sum / numbers.count)}`,
          `least ${say(numbers.min)}`,
          `most ${say(numbers.max)}`,
        ]),
  ].join(' · ');
  const told = count > 1 ? mask(words) : '';
  return (
    <span className="tabular ellipsis" role="status" aria-label="Picked cells" title={told}>
      {told}
    </span>
  );
}
