import { headingText, slugOf } from './slug.ts';

/** A link of a page. */
export interface PageLink {
  readonly text: string;
  /** As it is written, its anchor included. */
  readonly target: string;
  /** The words in quotes behind the target; undefined where there are none. */
  readonly title: string | undefined;
  readonly image: boolean;
}

const LINK =
  /(?<image>!?)\[(?<text>(?:[^[\]]|\[[^\]]*\])*)\]\((?<target>[^\s()]+(?:\([^)]*\))?)(?: "(?<title>(?:[^"\\]|\\.)*)")?\)/g;
// A block of code, or a piece of code in a line: what stands in them is no link and no heading.
const CODE = /^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2 *$|(`+)(?!`)(?:[^`]|(?!\3(?!`))`)*?\3(?!`)/gm;

/**
 * Calls `replace` with everything of a page that is no code, and puts the code back. Marks stand for the code meanwhile, which
 * `restore` takes away earlier.
 */
export function outsideCode(
  page: string,
  replace: (text: string, restore: (part: string) => string) => string,
): string {
  const kept: string[] = [];
  const text = page.replaceAll(CODE, (code) => `\ue000${kept.push(code) - 1}\ue001`);
  const restore = (part: string): string =>
    part.replaceAll(/\ue000(\d+)\ue001/g, (_all, index: string) => kept[Number(index)] ?? '');
  return restore(replace(text, restore));
}

/** The page with each of its links as `replace` has it. */
export function replaceLinks(page: string, replace: (link: PageLink, written: string) => string): string {
  return outsideCode(page, (text, restore) =>
    text.replaceAll(LINK, (written: string, ...rest) => {
      const groups = rest.at(-1) as Record<string, string | undefined>;
      const { image = '', text: words = '', target = '', title } = groups;
      const link = { text: restore(words), target, title: title && restore(title), image: image !== '' };
      return replace(link, restore(written));
    }),
  );
}

/** The links of a page, images among them. */
export function linksOf(page: string): PageLink[] {
  const found: PageLink[] = [];
  replaceLinks(page, (link, written) => {
    found.push(link);
    return written;
  });
  return found;
}

/** The anchors of a page: those of its headings, and those that it sets itself. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  const counts = new Map<string, number>();
  for (const [, heading = ''] of withoutBlocks(page).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = slugOf(headingText(heading));
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  for (const [, id = ''] of page.matchAll(/<a (?:id|name)="([^"]+)">/g)) anchors.add(id);
  return anchors;
}

/** The blocks of code of a page. */
export function blocksOf(
  page: string,
): { readonly language: string; readonly code: string; readonly before: string }[] {
  const blocks = page.matchAll(/^( *)(```+)([^\n]*)\n([\s\S]*?)^\1\2 *$/gm);
  return [...blocks].map(({ 3: language = '', 4: code = '', index }) => ({
    language: language.trim(),
    code,
    before: page.slice(0, index).trimEnd().split('\n').at(-1) ?? '',
  }));
}

function withoutBlocks(page: string): string {
  return page.replaceAll(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, '');
}
