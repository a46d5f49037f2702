import { useState, type ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { ErrorValue } from '../../shared/errors.ts';
import { problemOf } from '../bridge.ts';
import { Problem } from './Problem.tsx';

interface Props {
  readonly title: string;
  /** What is to be known before, and choices. */
  readonly children: ReactNode;
  /** The words of the button that does it. */
  readonly confirm: string;
  /** The same while it is being done. */
  readonly doing?: string;
  readonly isSure?: boolean;
  /** Throws what went wrong; the dialog then stays and says it. */
  readonly onConfirm: () => Promise<unknown> | void;
  /** Absent within a DialogTrigger. */
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
}

/** Asks before something goes for good. */
export function ConfirmDialog({
  title,
  children,
  confirm,
  doing = confirm,
  isSure = true,
  onConfirm,
  ...opening
}: Props) {
  const [isDoing, setIsDoing] = useState(false);
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  const go = async (close: () => void) => {
    setIsDoing(true);
    setProblem(null);
    try {
      await onConfirm();
      close();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setIsDoing(false);
    }
  };
  return (
    <ModalOverlay className="overlay" isDismissable={!isDoing} {...opening}>
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          {({ close }) => (
            <div className="dialog-body">
              <Heading slot="title">{title}</Heading>
              {children}
              <Problem problem={problem} />
              <div className="dialog-foot">
                <Button className="button" slot="close" isDisabled={isDoing}>
                  Cancel
                </Button>
                <Button className="button danger" isDisabled={!isSure || isDoing} onPress={() => void go(close)}>
                  {isDoing ? doing : confirm}
                </Button>
              </div>
            </div>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
