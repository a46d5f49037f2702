import { call } from '../bridge.ts';
import { sayCopied } from '../stores/copied.ts';
import { tell } from '../stores/notices.ts';

/** Puts text on the clipboard, with the same as HTML for programs that take it. By the core: this window may not touch the clipboard. `said`: what the bottom bar then says. */
export async function copyText(text: string, said: string, html?: string): Promise<void> {
  try {
    await call('clipboard.write', html === undefined ? { text } : { text, html });
    sayCopied(said);
  } catch (thrown) {
    tell(thrown);
  }
}
