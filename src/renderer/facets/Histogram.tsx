import type { Histogram as Counts } from '../../shared/facet.ts';
import { counted } from '../../shared/format.ts';

interface Props {
  readonly label: string;
  readonly histogram: Counts;
  readonly from: number | null;
  readonly to: number | null;
  readonly say: (value: number) => string;
  /** The ends as the bars have them; null: open. */
  readonly onChange: (from: number | null, to: number | null) => void;
}

/**
 * How the values spread. A click on a bar keeps its part; the two handles below move either end, by mouse or by arrow keys.
 */
export function Histogram({ label, histogram: { min, max, counts }, from, to, say, onChange }: Props) {
  const n = counts.length;
  const width = (max - min) / n;
  const tallest = Math.max(1, ...counts);
  const edge = (at: number) => min + at * width;
  const place = (value: number | null, open: number) =>
    value === null ? open : Math.min(n, Math.max(0, Math.round((value - min) / width)));
  const [low, high] = [place(from, 0), place(to, n)];
  // Whole numbers stay whole: a part of a second or of a day is no end that a person would choose.
  const endOf = (at: number) => (width >= 1 ? Math.round(edge(at)) : edge(at));
  const set = (first: number, last: number) =>
    onChange(first <= 0 ? null : endOf(first), last >= n ? null : endOf(last));
  const words = (at: number, count: number) => `${say(edge(at))} – ${say(edge(at + 1))}: ${counted(count, 'call')}`;
  return (
    <div className="histogram" role="group" aria-label={`${label}: spread`}>
      <div className="bars" aria-hidden>
        {counts.map((count, at) => (
          <button
            type="button"
            // The handles below are for the keyboard.
            tabIndex={-1}
            key={at}
            className={at >= low && at < high ? 'bar-slot inside' : 'bar-slot'}
            title={words(at, count)}
            aria-label={words(at, count)}
            onClick={() => (low === at && high === at + 1 ? onChange(null, null) : set(at, at + 1))}
          >
            <span style={{ height: count === 0 ? 0 : `${Math.max(6, (100 * count) / tallest)}%` }} />
          </button>
        ))}
      </div>
      <div className="range-handles">
        <input
          type="range"
          min={0}
          max={n}
          step={1}
          value={low}
          aria-label={`${label} from`}
          aria-valuetext={say(edge(low))}
          onChange={(event) => set(Math.min(Number(event.target.value), high - 1), high)}
        />
        <input
          type="range"
          min={0}
          max={n}
          step={1}
          value={high}
          aria-label={`${label} to`}
          aria-valuetext={say(edge(high))}
          onChange={(event) => set(low, Math.max(Number(event.target.value), low + 1))}
        />
      </div>
      <div className="row histogram-ends muted">
        <span>{say(min)}</span>
        <span className="grow" />
        <span>{say(max)}</span>
      </div>
    </div>
  );
}
