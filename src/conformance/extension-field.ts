import { TOKEN } from './head.ts';

/** One extension of a `Sec-WebSocket-Extensions` field (RFC 6455 §9.1). */
export interface ExtensionEntry {
  readonly name: string;
  /** In order; a parameter without a value has undefined. */
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
}

/** The extensions of a field value, with quotes taken from values; undefined when it breaks the grammar. */
export function parseExtensions(value: string): readonly ExtensionEntry[] | undefined {
  const entries: ExtensionEntry[] = [];
  for (const part of splitOutsideQuotes(value, ',')) {
    const [name = '', ...parameters] = splitOutsideQuotes(part, ';');
    const parsed = parameters.map(parseParameter);
    if (!TOKEN.test(name) || !parsed.every((parameter) => parameter !== undefined)) return undefined;
    entries.push({ name, parameters: parsed });
  }
  return entries;
}

/** A field value that says these extensions. */
export function formatExtensions(entries: readonly ExtensionEntry[]): string {
  const one = ({ name, parameters }: ExtensionEntry): string =>
    [name, ...parameters.map(([key, value]) => (value === undefined ? key : `${key}=${value}`))].join('; ');
  return entries.map(one).join(', ');
}

function parseParameter(text: string): readonly [string, string | undefined] | undefined {
  const equals = text.indexOf('=');
  const name = (equals < 0 ? text : text.slice(0, equals)).trim();
  if (!TOKEN.test(name)) return undefined;
  if (equals < 0) return [name, undefined];
  const written = text.slice(equals + 1).trim();
  const value =
    written.startsWith('"') && written.endsWith('"') ? written.slice(1, -1).replace(/\\(.)/g, '$1') : written;
  return TOKEN.test(value) ? [name, value] : undefined;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (character === '"') quoted = !quoted;
    if (quoted && character === '\\') part += character + (text[++i] ?? '');
    else if (character === separator && !quoted) {
      parts.push(part.trim());
      part = '';
    } else part += character;
  }
  return [...parts, part.trim()];
}
