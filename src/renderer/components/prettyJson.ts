/** JSON text as lines to read; every character of a value stays as received, so no digit is lost. Pure. */

export interface JsonLine {
  readonly depth: number;
  readonly text: string;
  /** Where its value stands, as `$.outcomes["Follow Up"][0]`. A closing bracket has the path of what it closes. */
  readonly path: string;
  /** The value in the text as received. */
  readonly start: number;
  readonly end: number;
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// Strings whole, then brackets with nothing between, then single signs.
const TOKEN = /"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[{}[\],:]|[^\s{}[\],:"]+/gs;
const PLAIN_KEY = /^"[\p{L}_$][\p{L}\p{N}_$]*"$/u;

function keyStep(key: string): string {
  return PLAIN_KEY.test(key) ? `.${key.slice(1, -1)}` : `[${key}]`;
}

/** `received` is JSON; what is not is given as far as it goes. */
export function jsonLines(received: string): readonly JsonLine[] {
  const tokens = Array.from(received.matchAll(TOKEN), (match): Token => {
    return { text: match[0], start: match.index, end: match.index + match[0].length };
  });
  const lines: JsonLine[] = [];
  let at = 0;
  /** Writes the value that begins at the next token; what stands before it on its line comes along. */
  const write = (before: string, path: string, depth: number): void => {
    const token = tokens[at++];
    if (token === undefined) return;
    const { text, start } = token;
    const comma = () => {
      if (tokens[at]?.text !== ',') return '';
      at++;
      return ',';
    };
    if (text !== '{' && text !== '[') {
      const value = text.startsWith('{') || text.startsWith('[') ? text.replace(/\s/g, '') : text;
      lines.push({ depth, text: `${before}${value}${comma()}`, path, start, end: token.end });
      return;
    }
    const opening = lines.length;
    lines.push({ depth, text: before + text, path, start, end: token.end });
    for (let item = 0; at < tokens.length && tokens[at]?.text !== '}' && tokens[at]?.text !== ']'; item++) {
      if (text === '[') write('', `${path}[${item}]`, depth + 1);
      else {
        const key = tokens[at]?.text ?? '';
        // The key and its colon.
        at += 2;
        write(`${key}: `, path + keyStep(key), depth + 1);
      }
    }
    const end = tokens[at]?.end ?? received.length;
    const closing = tokens[at++]?.text ?? '';
    const whole = { path, start, end };
    lines[opening] = { depth, text: before + text, ...whole };
    lines.push({ depth, text: `${closing}${comma()}`, ...whole });
  };
  write('', '$', 0);
  return lines;
}

export function prettyJson(received: string): string {
  return jsonLines(received)
    .map(({ depth, text }) => '  '.repeat(depth) + text)
    .join('\n');
}
