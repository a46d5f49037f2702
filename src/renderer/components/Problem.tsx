import { CircleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { ErrorValue } from '../../shared/errors.ts';

interface Props {
  readonly problem: ErrorValue | null;
  /** A way on: try again, go there. */
  readonly children?: ReactNode;
  readonly onDismiss?: () => void;
}

/** What went wrong, in the core's words, beside what it belongs to. */
export function Problem({ problem, children, onDismiss }: Props) {
  if (problem === null) return null;
  return (
    <div className="problem" role="alert">
      <CircleAlert size={15} aria-hidden />
      <span className="problem-text">{problem.message}</span>
      {children}
      {onDismiss !== undefined && (
        <Button className="icon-button" aria-label="Dismiss" onPress={onDismiss}>
          <X size={14} aria-hidden />
        </Button>
      )}
    </div>
  );
}
