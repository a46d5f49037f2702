import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { CallbookError } from '../../shared/errors.ts';
import { viewSchema, type View } from '../../shared/view.ts';
import { readJson } from '../jsonFile.ts';
import { FILE_VERSION, checkViewSize, notAView } from './viewFile.ts';
import { readViewInWorkbook } from './viewInWorkbook.ts';

const fileSchema = z.object({ callbook: z.literal('view'), version: z.number(), view: z.unknown() });

/** The view in a file, or the one that an exported workbook tells on its sheet About. Throws NOT_A_VIEW, whatever the file is. */
export async function readView(source: string): Promise<View> {
  const isWorkbook = /\.xlsx$/i.test(source);
  try {
    const view = await (isWorkbook ? readViewInWorkbook(source) : readViewFile(source));
    if (view !== undefined) return view;
  } catch (cause) {
    if (cause instanceof CallbookError) throw cause;
    if (!isWorkbook) throw notAView(source, 'is not a view of Callbook.', cause);
  }
  throw notAView(
    source,
    'holds no view: Callbook has not exported it, its sheet About was changed, or the view was left out, which About then says.',
  );
}

async function readViewFile(source: string): Promise<View> {
  checkViewSize(source, (await stat(source)).size);
  const { version, view } = fileSchema.parse(await readJson(source));
  const read = viewSchema.safeParse(view);
  if (read.success) return read.data;
  if (version <= FILE_VERSION) throw read.error;
  throw notAView(source, 'was written by a newer Callbook. Install that to open it.', read.error);
}
