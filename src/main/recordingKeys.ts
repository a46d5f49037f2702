/** What the file key of a recording leads to. It comes from the provider, so it is trusted with nothing. */

const PLACE = '{file_key}';

/** The steps of a file key; undefined where it could lead elsewhere or names nothing. */
export function keySteps(fileKey: string): readonly string[] | undefined {
  const steps = fileKey.split(/[\\/]/).filter((step) => step !== '');
  // Half a character can be no part of an address.
  const isSafe = steps.every((step) => step !== '.' && step !== '..' && !step.includes('\0') && step.isWellFormed());
  return isSafe && steps.length > 0 ? steps : undefined;
}

/** The address that a key names; undefined where either is not what it should be. */
export function recordingUrl(prefix: string, fileKey: string): URL | undefined {
  const steps = keySteps(fileKey);
  if (steps === undefined || !prefix.includes(PLACE)) return undefined;
  const at = (key: string) => {
    const url = prefix.replaceAll(PLACE, () => key);
    return URL.canParse(url) ? new URL(url) : undefined;
  };
  const [url, plain] = [at(steps.map(encodeURIComponent).join('/')), at('x')];
  const isSame = url?.protocol === 'https:' && url.origin === plain?.origin && url.username === plain.username;
  return isSame ? url : undefined;
}
