/** Keys as this computer's keyboard says them. */
export function keysInWords(keys: string): string {
  return navigator.userAgent.includes('Mac') ? keys.replaceAll('Ctrl', 'Cmd') : keys;
}
