import { readFileSync } from 'node:fs';
import { element, escapeMarkup, Markup } from '../../src/report/index.ts';
import { findLine, type SourceLine } from './sources.ts';

/** A section of a prose file: `@ id | title`, paragraphs, and lines of source that belong to it. */
export interface ProseSection {
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** From lines like `read: src/codec/header.ts | fin: first`, whose second half is looked for in the file. */
  readonly sources: readonly (readonly [role: string, line: SourceLine])[];
}

/** What stands in braces in prose, as `{name rest}`: gives what is put there. */
export type Slots = (name: string, rest: string) => Markup | string;

const SOURCE = /^(\w+): (\S+) \| (.+)$/;
const SLOT = /\{(\S+?)(?: ([^}]*))?\}/g;

/** The sections of `docs/illustrated/NAME.txt`. */
export function readProse(name: string): ProseSection[] {
  return parseProse(readFileSync(new URL(`../../docs/illustrated/${name}.txt`, import.meta.url), 'utf8'));
}

/** @throws Error for text before the first section, or a line of source that is not there */
export function parseProse(text: string): ProseSection[] {
  const [before, ...sections] = text.split(/^@ /m);
  if (before !== '') throw new Error('prose begins with a section: @ id | title');
  return sections.map((section) => {
    const [head = '', ...lines] = section.split('\n');
    const [id = '', title = ''] = head.split(' | ');
    const found = lines.map((line) => SOURCE.exec(line)).filter((match) => match !== null);
    const sources = found.map(([, role = '', path = '', needle = '']) => [role, findLine(path, needle)] as const);
    const words = lines.filter((line) => !SOURCE.test(line)).join('\n');
    return {
      id,
      title,
      sources,
      paragraphs: words.split(/\n{2,}/).flatMap((p) => (p.trim() === '' ? [] : [p.trim()])),
    };
  });
}

/** The paragraph with its slots filled, and what stands between backticks as code. */
export function renderProse(paragraph: string, slots: Slots): Markup {
  let text = '';
  let at = 0;
  for (const match of paragraph.matchAll(SLOT)) {
    const [whole, name = '', rest = ''] = match;
    const filled = slots(name, rest);
    text += escapeMarkup(paragraph.slice(at, match.index));
    text += filled instanceof Markup ? filled.text : escapeMarkup(filled);
    at = match.index + whole.length;
  }
  text += escapeMarkup(paragraph.slice(at));
  return new Markup(text.replaceAll(/`([^`]+)`/g, '<code>$1</code>'));
}

/** A section of an RFC as a link: `RFC 6455 §5.2`, or the RFC as a whole. */
export function rfcLink(number: string, section?: string): Markup {
  const name = section === undefined ? `RFC ${number}` : `RFC ${number} §${section}`;
  const anchor = section === undefined ? '' : `#section-${section}`;
  return element('a', { href: `https://www.rfc-editor.org/rfc/rfc${number}${anchor}` }, name.replaceAll(' ', '\u00a0'));
}

/** What a span says of its section, as a link. */
export function sectionLink(section: string): Markup {
  const found = /^RFC (\d+) §(\S+)$/.exec(section);
  if (found === null) throw new Error(`this is no section: ${section}`);
  return rfcLink(found[1]!, found[2]);
}

/** A line of source as a link. The page lies in docs/illustrated/. */
export function sourceLink({ path, line }: SourceLine): Markup {
  return element('a', { href: `../../${path}#L${line}` }, `${path}:${line}`);
}
