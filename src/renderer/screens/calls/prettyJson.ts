/** JSON text with line breaks and indents; every character of a value stays as received, so no digit is lost. */
export function prettyJson(text: string): string {
  let depth = 0;
  let out = '';
  const line = () => `\n${'  '.repeat(depth)}`;
  // Strings whole, then brackets with nothing between, then single signs.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[{}[\],:]|[^\s{}[\],:"]+/gs)) {
    if (token === '{' || token === '[') {
      depth++;
      out += token + line();
    } else if (token === '}' || token === ']') {
      depth--;
      out += line() + token;
    } else if (token === ',') out += `,${line()}`;
    else if (token === ':') out += ': ';
    else out += token.startsWith('{') || token.startsWith('[') ? token.replace(/\s/g, '') : token;
  }
  return out;
}
