import { type InspectedPart, previewHex, violationOf } from '../../inspect/index.ts';
import { element, formatDuration, type Markup } from '../../report/index.ts';
import { annotate } from '../annotate.ts';
import type { Testee } from '../model.ts';
import type { CaseResult } from '../result.ts';
import type { WireEntry } from '../wire-log.ts';

/** So many bytes of an entry are shown. */
const SHOWN_BYTES = 48;
/** So many entries of a log, from either end. */
const SHOWN_ENTRIES = 24;

/** What was on the wire in a case, entry by entry. */
export function wireOf({ wire, deflate }: CaseResult, testee: Testee): Markup {
  const entries = annotate(wire, { testee, deflate });
  const start = entries.slice(0, SHOWN_ENTRIES);
  const end = entries.slice(Math.max(start.length, entries.length - SHOWN_ENTRIES));
  const between = entries.length - start.length - end.length;
  const lines = [...start, ...(between > 0 ? [{ skipped: between }] : []), ...end].flatMap((one) =>
    'skipped' in one ? [`           … ${one.skipped} more`] : linesOf(one.entry, one.parts),
  );
  return element('pre', { tabindex: 0 }, lines.join('\n'));
}

function linesOf(entry: WireEntry, parts: readonly InspectedPart[]): string[] {
  const start = `${formatDuration(entry.atMs * 1e6).padStart(9)}  ${entry.from === 'suite' ? '→' : '←'} `;
  const indent = ' '.repeat(start.length);
  const hex = entry.bytes.length === 0 ? [] : [indent + previewHex(entry.bytes, SHOWN_BYTES)];
  if (parts.length === 0) return [start + (entry.note === '' ? `${entry.length} bytes` : entry.note), ...hex];
  const titles = parts.flatMap((part, i) => {
    const violation = violationOf(part);
    const broken = violation === undefined ? [] : [`${indent}✗ ${violation.section}: ${violation.message}`];
    return [(i === 0 ? start : indent) + part.title, ...broken];
  });
  return [...titles, ...hex];
}
