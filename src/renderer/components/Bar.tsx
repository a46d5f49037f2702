import { Label, ProgressBar } from 'react-aria-components';
import { formatCount } from '../../shared/format.ts';

interface Props {
  readonly label: string;
  readonly done: number;
  /** null: not known yet. */
  readonly total: number | null;
  readonly isLabelHidden?: boolean;
}

/** Progress as a bar and in numbers. */
export function Bar({ label, done, total, isLabelHidden = false }: Props) {
  const words = total === null ? formatCount(done) : `${formatCount(done)} / ${formatCount(total)}`;
  return (
    <ProgressBar
      className="bar"
      value={done}
      maxValue={Math.max(1, total ?? 1, done)}
      isIndeterminate={total === null}
      valueLabel={words}
      {...(isLabelHidden ? { 'aria-label': label } : {})}
    >
      {({ percentage, valueText }) => (
        <>
          {!isLabelHidden && <Label className="label">{label}</Label>}
          <span className="bar-track">
            <span className="bar-fill" style={{ width: `${percentage ?? 0}%` }} />
          </span>
          <span className="bar-words">{valueText}</span>
        </>
      )}
    </ProgressBar>
  );
}
