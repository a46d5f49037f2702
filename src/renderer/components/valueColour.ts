/** One colour per value, the same on every screen; never the only sign of it. */

/** Hue in degrees, by the value's JSON text. */
export function hueOf(json: string): number {
  let hash = 0;
  for (let i = 0; i < json.length; i++) hash = (Math.imul(hash, 31) + json.charCodeAt(i)) | 0;
  // The golden angle keeps the hues of near hashes apart.
  return Math.round((hash >>> 0) * 137.508) % 360;
}
