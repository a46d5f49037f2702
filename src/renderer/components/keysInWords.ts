export const isMac = navigator.userAgent.includes('Mac');

/** Keys as this computer's keyboard says them. */
export function keysInWords(keys: string): string {
  return isMac ? keys.replaceAll('Ctrl', 'Cmd') : keys;
}
