import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import {
  commands,
  eventNames,
  type Answer,
  type CommandName,
  type EventName,
  type Events,
} from '../../shared/contract.ts';
import { CallbookError, toErrorValue } from '../../shared/errors.ts';
import type { App } from '../app.ts';
import type { Log } from '../log.ts';
import { isAppUrl } from './protocol.ts';

/** The one gate between the window and the app: who asks, is the question well formed, the answer or a typed error. */

function isOwnPage(event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isAppUrl(frame.url);
}

async function answer(opening: Promise<App>, name: CommandName, input: unknown): Promise<unknown> {
  const parsed = commands[name].input.safeParse(input);
  if (!parsed.success) throw new CallbookError('BAD_INPUT', undefined, { cause: parsed.error });
  // The contract pairs each command's schema with its handler; the loop over names cannot show that to the compiler.
  const { commands: handlers } = await opening;
  const handler = handlers[name] as (input: unknown) => unknown;
  return handler(parsed.data);
}

/** Answers the contract's commands once the app is there. A refusal is an answer with an error, never silence. */
export function answerCommands(opening: Promise<App>, log: Log): void {
  for (const name of Object.keys(commands) as CommandName[]) {
    ipcMain.handle(name, async (event, input: unknown): Promise<Answer<unknown>> => {
      try {
        if (!isOwnPage(event)) throw new CallbookError('BAD_INPUT', 'Only Callbook’s own window may ask.');
        return { ok: true, value: await answer(opening, name, input) };
      } catch (thrown) {
        const error = toErrorValue(thrown);
        if (error.code === 'UNEXPECTED' || error.code === 'BAD_INPUT') {
          log.error(
            {
              command: name,
              code: error.code,
              kind: thrown instanceof Error ? thrown.name : typeof thrown,
              stack: placeOf(thrown),
            },
            'a command failed',
          );
        }
        return { ok: false, error };
      }
    });
  }
}

/** Tells the window; one that is gone hears nothing. */
export function sendEvent<Name extends EventName>(contents: WebContents, name: Name, event: Events[Name]): void {
  if (!contents.isDestroyed()) contents.send(name, event);
}

/** Sends the app's events to the window; returns how to stop. */
export function forwardEvents(app: App, contents: WebContents): () => void {
  const stops = eventNames.map((name) => app.on(name, (event) => sendEvent(contents, name, event)));
  return () => stops.forEach((stop) => stop());
}

/** Where it failed, without the message: that may quote data. */
function placeOf(thrown: unknown): string[] {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
