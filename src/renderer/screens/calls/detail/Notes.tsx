import { Star, X } from 'lucide-react';
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { Button, Tag, TagGroup, TagList, ToggleButton } from 'react-aria-components';
import { noAnnotation, type Annotation, type CallDetail } from '../../../../shared/model.ts';
import { annotate, listTags } from '../../../stores/detail.ts';
import type { Mask } from '../../../../shared/masking.ts';
import { useMask } from '../../../stores/settings.ts';

/** Typing is written a moment after its last letter, and when the field is left. */
const SAVE_AFTER_MS = 700;

export function StarButton({ detail }: { readonly detail: CallDetail }) {
  const { rowId, annotation } = detail;
  const isStarred = annotation?.isStarred ?? false;
  return (
    <ToggleButton
      className={isStarred ? 'icon-button starred' : 'icon-button'}
      aria-label="Star"
      isSelected={isStarred}
      onChange={(isOn) => void annotate(rowId, { ...(annotation ?? noAnnotation), isStarred: isOn })}
    >
      <Star size={15} aria-hidden fill={isStarred ? 'currentColor' : 'none'} />
    </ToggleButton>
  );
}

/** What a person wrote about the call: tags and a note, on this computer only. Plain fields: they are made anew for each call. */
export function Notes({ detail }: { readonly detail: CallDetail }) {
  const { rowId } = detail;
  const annotation = detail.annotation ?? noAnnotation;
  return (
    <section className="card" aria-label="Notes">
      <h3>Notes</h3>
      <Tags rowId={rowId} annotation={annotation} />
      <Note rowId={rowId} annotation={annotation} />
      <p className="hint">Star, tags and note stay on this computer.</p>
    </section>
  );
}

interface Props {
  readonly rowId: number;
  readonly annotation: Annotation;
}

function Tags({ rowId, annotation }: Props) {
  const { tags } = annotation;
  const [typed, setTyped] = useState('');
  const [known, setKnown] = useState<readonly string[]>([]);
  const list = useId();
  const mask = useMask();
  const save = (next: readonly string[]) => void annotate(rowId, { ...annotation, tags: [...new Set(next)] });
  const add = () => {
    const added = typed.split(',').flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim().slice(0, 100)]));
    setTyped('');
    if (added.length > 0) save([...tags, ...added]);
  };
  const leave = useRef(add);
  useEffect(() => {
    leave.current = add;
  });
  // Another call or screen takes its place by a key or the menu: no field hears then that it is left.
  useEffect(() => () => leave.current(), []);
  return (
    <div className="tags">
      {tags.length > 0 && (
        <TagGroup aria-label="Tags" onRemove={(keys) => save(tags.filter((tag) => !keys.has(tag)))}>
          <TagList className="tag-list" items={tags.map((tag) => ({ id: tag }))}>
            {({ id }) => (
              <Tag className="chip" textValue={mask(id)}>
                <span className="ellipsis" dir="auto" title={mask(id)}>
                  {mask(id)}
                </span>
                <Button slot="remove" className="icon-button">
                  <X size={12} aria-hidden />
                </Button>
              </Tag>
            )}
          </TagList>
        </TagGroup>
      )}
      <input
        className="input"
        aria-label="Add a tag"
        placeholder="Add a tag"
        list={list}
        maxLength={500}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={add}
        onFocus={() => void listTags().then(setKnown)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') add();
        }}
      />
      <datalist id={list}>
        {known
          .filter((tag) => !tags.includes(tag) && mask(tag) === tag)
          .map((tag) => (
            <option key={tag}>{tag}</option>
          ))}
      </datalist>
    </div>
  );
}

function Note({ rowId, annotation }: Props) {
  const [text, setText] = useState(annotation.note);
  const unsaved = useRef<string | null>(null);
  /** Star and tags as they are once the note is written: the native menu changes them meanwhile. */
  const present = useRef(annotation);
  useEffect(() => {
    present.current = annotation;
  }, [annotation]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const save = useCallback(() => {
    clearTimeout(timer.current);
    if (unsaved.current === null) return;
    const note = unsaved.current;
    unsaved.current = null;
    void annotate(rowId, { ...present.current, note });
  }, [rowId]);
  useEffect(() => {
    // Another call is opened, or the window shuts, before the pause is over.
    window.addEventListener('pagehide', save);
    return () => {
      window.removeEventListener('pagehide', save);
      save();
    };
  }, [save]);
  const mask = useMask();
  // Who is writing a number goes on; it is masked once the field is left, or masking is turned on.
  const [writesUnder, setWritesUnder] = useState<{ readonly mask: Mask } | null>(null);
  if (mask(text) !== text && writesUnder?.mask !== mask) {
    return (
      <>
        <h4 className="label">Note</h4>
        <p className="prose" dir="auto">
          {mask(text)}
        </p>
        <p className="hint">Phone numbers are masked. Turn masking off to write on.</p>
      </>
    );
  }
  return (
    <label className="field">
      <span className="label">Note</span>
      <textarea
        className="input note"
        dir="auto"
        rows={3}
        maxLength={100_000}
        value={text}
        onChange={({ target: { value: note } }) => {
          setText(note);
          setWritesUnder({ mask });
          unsaved.current = note;
          clearTimeout(timer.current);
          timer.current = setTimeout(save, SAVE_AFTER_MS);
        }}
        onBlur={() => {
          setWritesUnder(null);
          save();
        }}
      />
    </label>
  );
}
