import { z } from 'zod';

/** What `resources/licences.json` holds; `npm run licences` writes it from package-lock.json. */
export const licencesSchema = z.array(
  z.object({ name: z.string(), version: z.string(), licence: z.string(), text: z.string() }),
);
