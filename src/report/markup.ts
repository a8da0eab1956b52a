/** A piece of HTML or SVG in which everything that had to be escaped is. */
export class Markup {
  readonly text: string;

  /** @param text goes into pages as it is: give it nothing that others wrote */
  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What can stand in an element: texts and numbers are escaped, what is undefined is left out. */
export type Content = string | number | Markup | undefined | readonly Content[];

/** Attributes of an element; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

// The elements of HTML that have no end tag; SVG has none of these names.
const WITHOUT_END = new Set(['br', 'col', 'hr', 'img', 'link', 'meta', 'wbr']);

/** An element of HTML or SVG with everything in it. Names of elements and attributes are not escaped. */
export function element(name: string, attributes: Attributes = {}, ...content: readonly Content[]): Markup {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeMarkup(typeof value === 'number' ? coordinate(value) : `${value}`)}"`);
  const start = `<${name}${written.join('')}>`;
  return new Markup(WITHOUT_END.has(name) ? start : `${start}${joined(content)}</${name}>`);
}

function joined(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  return typeof content === 'object' ? content.map(joined).join('') : escapeMarkup(String(content));
}

/** A text as it stands between tags and in quotes; characters that XML does not allow become `�`. */
export function escapeMarkup(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A coordinate with no more digits than can be seen. */
function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
