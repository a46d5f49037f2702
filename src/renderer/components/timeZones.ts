/** Time zones to choose from; the browser's list leaves out UTC, and older names of zones such as the `present` one may be. */
export function timeZones(present: string): readonly string[] {
  return [...new Set([present, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
}
