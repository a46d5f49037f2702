import { basename, join } from 'node:path';
import { z } from 'zod';
import { CallbookError } from '../shared/errors.ts';
import { viewSchema, type View, type Views } from '../shared/view.ts';
import type { Desktop } from './desktop.ts';
import { fileName } from './export/names.ts';
import { FILE_VERSION, isViewTooLarge } from './export/viewFile.ts';
import { openJsonFile } from './jsonFile.ts';
import type { Log } from './log.ts';
import { writeWhole } from './replaceFile.ts';

const storedSchema = z.object({
  views: z.array(z.unknown()).default([]),
  unread: z.array(z.unknown()).default([]),
  defaultView: z.string().nullable().catch(null).default(null),
});

interface Stored {
  readonly views: readonly View[];
  readonly defaultView: string | null;
  /** What could not be read as a view (a newer Callbook's, say); kept as it came and tried again at the next start. */
  readonly unread: readonly unknown[];
}

function read(stored: unknown): Stored {
  const { views, unread, defaultView } = storedSchema.parse(stored);
  const kept = [...views, ...unread];
  const parsed = kept.map((view) => viewSchema.safeParse(view));
  return {
    views: parsed.flatMap(({ data }) => data ?? []),
    defaultView,
    unread: kept.filter((_, i) => parsed[i]?.success === false),
  };
}

/** Changes throw TARGET_NOT_WRITABLE where the file cannot follow. */
export interface ViewsFile {
  list(): Views;
  /** Keeps the view under its name, in place of one of that name; `was`: its name until now. */
  save(view: View, was?: string): Promise<Views>;
  delete(name: string): Promise<Views>;
  /** Which view opens at the start; null: the one where the person left off. */
  setDefault(name: string | null): Promise<Views>;
  /**
   * Writes the view to a file that the person chooses; resolves to its name, or null when they change their mind. Throws BAD_INPUT where
   * it could not be imported again.
   */
  export(view: View): Promise<string | null>;
  /** Reads a view from a file that the person chooses; null when they change their mind. Throws NOT_A_VIEW. */
  import(): Promise<View | null>;
  reset(): void;
  settled(): Promise<void>;
}

/** Opens `views.json` in the profile. */
export async function openViews(
  dataDir: string,
  desktop: Desktop,
  log: Log,
  readView: (file: string) => Promise<View>,
): Promise<ViewsFile> {
  const file = await openJsonFile(join(dataDir, 'views.json'), read, log);

  function list(): Views {
    const { views, defaultView } = file.get();
    return { views, defaultView: views.some(({ name }) => name === defaultView) ? defaultView : null };
  }

  async function change(next: Partial<Stored>): Promise<Views> {
    file.set({ ...file.get(), ...next });
    await file.settled();
    return list();
  }

  return {
    list,
    save(view, was = view.name) {
      const { views, defaultView } = file.get();
      const isRenamed = was !== view.name;
      const others = isRenamed ? views.filter(({ name }) => name !== view.name) : views;
      const isThere = others.some(({ name }) => name === was);
      return change({
        views: isThere ? others.map((one) => (one.name === was ? view : one)) : [...others, view],
        defaultView: isRenamed && defaultView === was ? view.name : defaultView,
      });
    },
    delete(name) {
      const { views, defaultView } = file.get();
      // Else a later view of its name would open at the start.
      return change({
        views: views.filter((view) => view.name !== name),
        defaultView: defaultView === name ? null : defaultView,
      });
    },
    setDefault: (name) => change({ defaultView: name }),
    async export(view) {
      const text = JSON.stringify({ callbook: 'view', version: FILE_VERSION, view }, null, 2);
      if (isViewTooLarge(Buffer.byteLength(text))) {
        throw new CallbookError(
          'BAD_INPUT',
          `“${view.name}” would be a file of more than 5 MB, and Callbook imports no view as large. Nothing was written; the view itself is untouched. Filter by fewer values, then export it again.`,
        );
      }
      const target = await desktop.chooseSaveTarget(`${fileName(view.name, new Set())}.json`);
      if (target === null) return null;
      try {
        await writeWhole(target, text);
      } catch (cause) {
        throw new CallbookError(
          'TARGET_NOT_WRITABLE',
          'The view could not be written there. Choose another folder; the view itself is untouched.',
          { cause },
        );
      }
      return basename(target);
    },
    async import() {
      const source = await desktop.chooseFile('json', 'xlsx');
      return source === null ? null : readView(source);
    },
    reset: () => file.set(read({})),
    settled: () => file.settled(),
  };
}
