import { useRef, type ReactNode } from 'react';
import { Keyboard, Menu, MenuItem, Popover, Text } from 'react-aria-components';

export interface MenuAction {
  readonly id: string;
  readonly label: ReactNode;
  readonly words: string;
  readonly shortcut?: string;
  readonly run: () => void;
}

interface Props {
  readonly label: string;
  readonly at: { readonly x: number; readonly y: number } | null;
  readonly actions: readonly MenuAction[];
  readonly onClose: () => void;
}

/** A menu at a point of the window. */
export function ContextMenu({ label, at, actions, onClose }: Props) {
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span ref={anchor} className="menu-anchor" style={{ left: at?.x ?? 0, top: at?.y ?? 0 }} />
      <Popover
        className="popover"
        aria-label={label}
        triggerRef={anchor}
        isOpen={at !== null}
        onOpenChange={(isOpen) => !isOpen && onClose()}
        placement="bottom start"
        offset={2}
      >
        <Menu className="list" aria-label={label} onClose={onClose} autoFocus="first">
          {actions.map(({ id, label, words, shortcut, run }) => (
            <MenuItem key={id} id={id} className="list-item" textValue={words} onAction={run}>
              <Text slot="label" className="list-label">
                {label}
              </Text>
              {shortcut !== undefined && <Keyboard className="keys">{shortcut}</Keyboard>}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </>
  );
}
