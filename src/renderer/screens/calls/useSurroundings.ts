import { useMemo } from 'react';
import { useBatches } from '../../stores/batches.ts';
import { useSelection } from '../../stores/selection.ts';
import { useSettings } from '../../stores/settings.ts';
import { useSession } from '../../stores/session.ts';
import type { Surroundings } from './cellValue.ts';

/** What cells say beside their call: batch, account, time zone. */
export function useSurroundings(): Surroundings {
  const batches = useBatches((state) => state.batches);
  const accounts = useSession((state) => state.accounts);
  const timeZone = useSelection((state) => state.selection.timeZone);
  const maskPhones = useSettings(({ settings }) => settings.maskPhones);
  return useMemo(
    () => ({
      batches: new Map(batches.map((batch) => [batch.key, batch])),
      accounts: new Map(accounts.map((account) => [account.id, account])),
      timeZone,
      maskPhones,
    }),
    [batches, accounts, timeZone, maskPhones],
  );
}
