import { X } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { Button, Keyboard, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { keysInWords } from '../../components/keysInWords.ts';
import type { Move } from './moveField.ts';

const moves: readonly { readonly move: Move; readonly key: string; readonly sign: string; readonly label: string }[] = [
  { move: 'left', key: 'ArrowLeft', sign: 'Alt+←', label: 'Move left' },
  { move: 'right', key: 'ArrowRight', sign: 'Alt+→', label: 'Move right' },
  { move: 'rows', key: 'ArrowUp', sign: 'Alt+↑', label: 'Move to the rows' },
  { move: 'columns', key: 'ArrowDown', sign: 'Alt+↓', label: 'Move to the columns' },
];

interface Props {
  /** Where it is found again after a move. */
  readonly id: string;
  readonly words: string;
  /** The same with its place. */
  readonly label: string;
  /** What can be done with it from where it stands. */
  readonly canMove: (move: Move) => boolean;
  readonly onMove: (move: Move) => void;
  /** undefined: it must stay. */
  readonly onRemove: (() => void) | undefined;
}

/** A field on its shelf: a menu moves it, Alt+arrows do the same. */
export function FieldPill({ id, words, label, canMove, onMove, onRemove }: Props) {
  const possible = moves.filter(({ move }) => canMove(move));
  if (possible.length === 0 && onRemove === undefined) return <Words words={words} />;
  // Before the menu's own keys, of which Alt+↓ opens it.
  const onKeyDownCapture = (event: KeyboardEvent) => {
    const wanted = moves.find(({ key }) => key === event.key);
    if (wanted === undefined || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (canMove(wanted.move)) onMove(wanted.move);
  };
  return (
    <span className="chip" id={id} title={words} onKeyDownCapture={onKeyDownCapture}>
      <MenuTrigger>
        <Button className="chip-words ellipsis" dir="auto" aria-label={label}>
          {words}
        </Button>
        <Popover className="popover" placement="bottom start">
          <Menu className="list" aria-label={words}>
            {possible.map(({ move, sign, label: what }) => (
              <MenuItem
                key={move}
                className="list-item"
                textValue={what}
                onAction={() => afterMenu(() => onMove(move))}
              >
                <Text slot="label" className="list-label">
                  {what}
                </Text>
                <Keyboard className="keys">{keysInWords(sign)}</Keyboard>
              </MenuItem>
            ))}
            {onRemove !== undefined && (
              <MenuItem className="list-item" textValue="Remove" onAction={onRemove}>
                <Text slot="label" className="list-label">
                  Remove
                </Text>
              </MenuItem>
            )}
          </Menu>
        </Popover>
      </MenuTrigger>
      {onRemove !== undefined && (
        <Button className="icon-button" aria-label={`Remove ${words}`} onPress={onRemove}>
          <X size={13} aria-hidden />
        </Button>
      )}
    </span>
  );
}

/** A menu that closes gives the focus back to its button in the next frame; only then can it go along with the field. */
function afterMenu(act: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(act));
}

function Words({ words }: { readonly words: string }) {
  return (
    <span className="chip" title={words}>
      <span className="ellipsis" dir="auto">
        {words}
      </span>
    </span>
  );
}
