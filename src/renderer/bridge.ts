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
import { fromJsonText, toJsonText } from '../shared/json.ts';
import { maskJsonText, maskTextsOfCalls, maskValue } from './masking.ts';

/** The only file that touches `window.callbook`: it gives the preload's plain functions the contract's types. */

declare global {
  interface Window {
    readonly callbook: Bridge;
  }
}

type Arguments<Name extends CommandName> = CommandInput<Name> extends undefined ? [] : [input: CommandInput<Name>];

let isMasking = false;

/** From now on, phone numbers in what the core answers about calls are masked, or no longer. */
export function setMasking(isOn: boolean): void {
  isMasking = isOn;
}

/** The answers that hold something of calls. One place, so that no screen can forget it. */
const masks: { readonly [Name in CommandName]?: (output: CommandOutput<Name>) => CommandOutput<Name> } = {
  'calls.window': (window) => ({ ...window, rows: maskTextsOfCalls(window.rows) }),
  'calls.get': (text) => {
    const { received, ...detail } = fromJsonText(text);
    const masked = fromJsonText<typeof detail>(maskTextsOfCalls(toJsonText(detail)));
    return toJsonText({ ...masked, received: maskJsonText(received) });
  },
  'pivot.run': (result) => ({
    ...result,
    rowKeys: maskValue(result.rowKeys),
    columnKeys: maskValue(result.columnKeys),
  }),
  'sync.changes': maskJsonText,
  'sync.rejected': (items) => items.map((item) => ({ ...item, received: maskJsonText(item.received) })),
};

/** Asks the core. Throws CallbookError with the core's code and words. */
export async function call<Name extends CommandName>(
  name: Name,
  ...[input]: Arguments<Name>
): Promise<CommandOutput<Name>> {
  const answer = (await window.callbook.invoke(name, input)) as Answer<CommandOutput<Name>>;
  if (!answer.ok) throw fromErrorValue(answer.error);
  const mask = isMasking ? masks[name] : undefined;
  return mask === undefined ? answer.value : mask(answer.value);
}

/** Calls back for each event; returns how to stop. */
export function listen<Name extends EventName>(name: Name, listener: (event: Events[Name]) => void): () => void {
  return window.callbook.listen(name, (event) => listener(event as Events[Name]));
}

/** What to show of anything that `call` threw. */
export function problemOf(thrown: unknown): ErrorValue {
  return toErrorValue(thrown);
}
