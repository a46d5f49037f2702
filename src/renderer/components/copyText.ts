import { call } from '../bridge.ts';
import { tell } from '../stores/notices.ts';

/** Puts text on the clipboard, with the same as HTML for programs that take it. By the core: this window may not touch the clipboard. */
export async function copyText(text: string, html?: string): Promise<void> {
  try {
    await call('clipboard.write', html === undefined ? { text } : { text, html });
  } catch (thrown) {
    tell(thrown);
  }
}
