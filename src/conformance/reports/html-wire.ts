import { type InspectedPart, previewHex, violationOf } from '../../inspect/index.ts';
import { type Content, cut, element, formatDuration, type Markup } from '../../report/index.ts';
import { annotate } from '../annotate.ts';
import { frameFields } from '../frame-fields.ts';
import type { Testee } from '../model.ts';
import type { CaseResult } from '../result.ts';
import type { WireEntry } from '../wire-log.ts';

/** So many bytes of an entry are shown: as many as a page is wide. */
const SHOWN_BYTES = 32;
/** So many entries of a log, from either end. */
const SHOWN_ENTRIES = 24;
/** So much of a head. */
const SHOWN_LINES = 12;
const SHOWN_CHARACTERS = 120;
/** Columns before what is said of an entry: a time and an arrow. */
const INDENT = 13;

/** What was on the wire in a case, entry by entry. */
export function wireOf({ number, wire, deflate }: CaseResult, testee: Testee): Markup {
  const entries = annotate(wire, { testee, deflate });
  const start = entries.slice(0, SHOWN_ENTRIES);
  const end = entries.slice(Math.max(start.length, entries.length - SHOWN_ENTRIES));
  const between = entries.length - start.length - end.length;
  const lines = [...start, ...(between > 0 ? [{ skipped: between }] : []), ...end].flatMap((one) =>
    'skipped' in one ? [dim(`${' '.repeat(INDENT)}… ${one.skipped} more`)] : linesOf(one.entry, one.parts),
  );
  return element(
    'pre',
    { tabindex: 0, role: 'region', 'aria-label': `on the wire in ${number}` },
    lines.flatMap((line) => [line, '\n']),
  );
}

/** What came, and what was sent: when, what it is, its fields, what rule it breaks, and its bytes. */
function linesOf(entry: WireEntry, parts: readonly InspectedPart[]): Content[] {
  const time = formatDuration(entry.atMs * 1e6).padStart(INDENT - 4);
  const arrow = entry.from === 'suite' ? '→' : '←';
  const start = [dim(time), `  ${arrow} `];
  const indent = ' '.repeat(INDENT);
  const content = contentOf(entry).map((line) => dim(indent + line));
  if (parts.length === 0) return [[start, entry.note === '' ? `${entry.length} bytes` : entry.note], ...content];
  const titles = parts.flatMap((part, i): Content[] => {
    const violation = violationOf(part);
    const fields = part.kind === 'frame' ? frameFields(part.spans) : '';
    return [
      [i === 0 ? start : indent, part.title],
      ...(fields === '' ? [] : [dim(indent + fields)]),
      ...(violation === undefined ? [] : [bad(`${indent}✗ ${violation.section}: ${violation.message}`)]),
    ];
  });
  return [...titles, ...content];
}

/** The lines of a head, and the first bytes of anything else. */
function contentOf({ kind, bytes }: WireEntry): readonly string[] {
  if (bytes.length === 0) return [];
  if (kind !== 'head') return [previewHex(bytes, SHOWN_BYTES)];
  const lines = Buffer.from(bytes).toString('latin1').trimEnd().split('\r\n');
  return lines.slice(0, SHOWN_LINES).map((line) => cut(line, SHOWN_CHARACTERS));
}

function dim(text: string): Markup {
  return element('span', { class: 'dim' }, text);
}

function bad(text: string): Markup {
  return element('span', { class: 'bad' }, text);
}
