import type {
  Answer,
  Bridge,
  CommandInput,
  CommandName,
  CommandOutput,
  EventName,
  Events,
} from '../shared/contract.ts';
import { fromErrorValue, toErrorValue, type ErrorValue } from '../shared/errors.ts';

/** The only file that touches `window.callbook`: it gives the preload's plain functions the contract's types. */

declare global {
  interface Window {
    readonly callbook: Bridge;
  }
}

type Arguments<Name extends CommandName> = CommandInput<Name> extends undefined ? [] : [input: CommandInput<Name>];

/** Asks the core. Throws CallbookError with the core's code and words. */
export async function call<Name extends CommandName>(
  name: Name,
  ...[input]: Arguments<Name>
): Promise<CommandOutput<Name>> {
  const answer = (await window.callbook.invoke(name, input)) as Answer<CommandOutput<Name>>;
  if (!answer.ok) throw fromErrorValue(answer.error);
  return answer.value;
}

/** Calls back for each event; returns how to stop. */
export function listen<Name extends EventName>(name: Name, listener: (event: Events[Name]) => void): () => void {
  return window.callbook.listen(name, (event) => listener(event as Events[Name]));
}

/** What to show of anything that `call` threw. */
export function problemOf(thrown: unknown): ErrorValue {
  return toErrorValue(thrown);
}
