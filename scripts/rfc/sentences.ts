import { createHash } from 'node:crypto';

/** The two RFCs that the matrix covers. */
export const RFCS = ['6455', '7692'] as const;

/** A sentence of an RFC that demands or advises something. */
export interface Sentence {
  /** RFC, section, ordinal within the section: `6455-5.1-3`. */
  readonly id: string;
  readonly section: string;
  /** The key words of RFC 2119 in it, each once, in their order. */
  readonly levels: readonly string[];
  readonly text: string;
  readonly hash: string;
}

const KEY_WORDS = /\b(MUST NOT|MUST|REQUIRED|SHALL NOT|SHALL|SHOULD NOT|SHOULD|NOT RECOMMENDED|RECOMMENDED)\b/g;
const HEADING = /^(\d+(?:\.\d+)*)\.\s+\S/;
// A full stop in one of these ends no sentence.
const ABBREVIATION = /(?:\b(?:e\.g|i\.e|etc|vs|cf)|^\s*\d+)\.$/;

/** Every sentence of the RFC with a key word other than MAY and OPTIONAL, in the order of the text. */
export function findSentences(rfc: string, text: string): Sentence[] {
  const found: Sentence[] = [];
  const counts = new Map<string, number>();
  for (const { section, paragraph } of paragraphsOf(text)) {
    for (const sentence of splitSentences(paragraph)) {
      const levels = [...new Set([...sentence.matchAll(KEY_WORDS)].map(([word]) => word))];
      if (levels.length === 0) continue;
      const ordinal = (counts.get(section) ?? 0) + 1;
      counts.set(section, ordinal);
      found.push({ id: `${rfc}-${section}-${ordinal}`, section, levels, text: sentence, hash: hashOf(sentence) });
    }
  }
  return found;
}

/** Sixteen hexadecimal digits of the SHA-256 of a sentence, whatever its white space and line ends were. */
export function hashOf(sentence: string): string {
  return createHash('sha256').update(sentence.replace(/\s+/g, ' ').trim()).digest('hex').slice(0, 16);
}

interface Paragraph {
  readonly section: string;
  readonly paragraph: string;
}

/** The prose by section: no table of contents, page headers, page footers or front matter. */
function paragraphsOf(text: string): Paragraph[] {
  const paragraphs: { section: string; lines: string[] }[] = [];
  let section = '';
  let open = false;
  for (const line of withoutPages(text)) {
    const heading = HEADING.exec(line);
    if (heading !== null && !/\.{3}|( \.){3}/.test(line)) {
      section = heading[1] ?? '';
      open = false;
    } else if (line.trim() === '') {
      open = false;
    } else if (section !== '') {
      if (!open) paragraphs.push({ section, lines: [] });
      open = true;
      paragraphs.at(-1)?.lines.push(line.trim());
    }
  }
  return paragraphs.map((one) => ({ section: one.section, paragraph: one.lines.join(' ').replace(/\s+/g, ' ') }));
}

/** The lines without what a page break puts between them, so that a paragraph cut by one is whole again. */
function withoutPages(text: string): string[] {
  const lines: string[] = [];
  const source = text.replaceAll('\r\n', '\n').split('\n');
  for (let at = 0; at < source.length; at++) {
    const line = source[at] ?? '';
    if (!/\[Page \d+\]\s*$/.test(line)) {
      lines.push(line);
      continue;
    }
    while (lines.at(-1)?.trim() === '') lines.pop();
    // Behind the footer: a form feed, the header line of the next page, blank lines.
    let seenHeader = false;
    while (at + 1 < source.length) {
      const next = (source[at + 1] ?? '').replaceAll('\f', '');
      const isHeader: boolean = !seenHeader && /^RFC \d+\s/.test(next);
      if (next.trim() !== '' && !isHeader) break;
      seenHeader ||= isHeader;
      at++;
    }
    const before = lines.at(-1) ?? '';
    if (/[.:;!?]["')|]*$/.test(before) || !/^\s+[a-z("|]|^\s+[A-Z]/.test(source[at + 1] ?? '')) lines.push('');
  }
  return lines;
}

function splitSentences(paragraph: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const stop of paragraph.matchAll(/[.!?]["')|]*\s+(?=["'(|_/A-Z0-9])/g)) {
    const end = stop.index + stop[0].trimEnd().length;
    if (ABBREVIATION.test(paragraph.slice(start, stop.index + 1))) continue;
    sentences.push(paragraph.slice(start, end).trim());
    start = end;
  }
  sentences.push(paragraph.slice(start).trim());
  return sentences.filter((sentence) => sentence !== '');
}
