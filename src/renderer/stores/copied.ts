import { create } from 'zustand';

/** What was copied last, in words for the bottom bar; null: nothing of what is in sight now. */
export const useCopied = create<{ readonly copied: string | null }>()(() => ({ copied: null }));

export function sayCopied(copied: string | null): void {
  useCopied.setState({ copied });
}
