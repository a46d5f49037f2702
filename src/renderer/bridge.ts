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
import { fromJsonBytes, fromJsonText, toJsonBytes, toJsonText } from '../shared/json.ts';
import { maskChange, maskDetail, maskRejected, maskRow, maskText } from '../shared/masking.ts';

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

/**
 * The answers that hold something of calls. One place, so that no screen can forget it. What a person wrote stays as it is, for it can be
 * written on, and so do values to count and filter by (facets, keys of a pivot): what shows those masks them.
 */
const masks: { readonly [Name in CommandName]?: (output: CommandOutput<Name>) => CommandOutput<Name> } = {
  'calls.window': (window) => ({ ...window, rows: toJsonBytes(fromJsonBytes(window.rows).map(maskRow)) }),
  'calls.get': (text) => toJsonText(maskDetail(fromJsonText(text))),
  'call.history': (text) => toJsonText(fromJsonText(text).map(maskChange)),
  'sync.changes': (text) => {
    const { total, first } = fromJsonText(text);
    return toJsonText({
      total,
      first: first.map((change) => ({
        ...maskChange(change),
        name: change.name === null ? null : maskText(change.name),
      })),
    });
  },
  'sync.rejected': (items) => items.map(maskRejected),
};

/** Asks the core. Throws CallbookError with the core's code and words. */
export async function call<Name extends CommandName>(
  name: Name,
  ...input: Arguments<Name>
): Promise<CommandOutput<Name>> {
  const output = await callUnmasked(name, ...input);
  const mask = isMasking ? masks[name] : undefined;
  return mask === undefined ? output : mask(output);
}

/** The same, whatever is masked: only for what is not shown, such as the value that a filter keeps. */
export async function callUnmasked<Name extends CommandName>(
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
