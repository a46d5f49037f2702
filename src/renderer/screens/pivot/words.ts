import type { Base } from '../../../shared/pivot.ts';

/** What a percentage is a share of, in words. */
export const baseWords: Record<Base, string> = {
  dialled: '% of calls dialled',
  answered: '% of calls answered',
  analysed: '% of calls analysed',
  filled: '% of calls whose key holds a value',
};
