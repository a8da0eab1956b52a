import type { Span } from '../inspect/index.ts';
import { cut } from '../report/index.ts';

/** So much of a field is shown: as much as a page is wide. */
const SHOWN_VALUE = 48;
/** What stands in the title of a frame anyway, or says nothing without the rest. */
const HIDDEN_FIELDS: ReadonlySet<string> = new Set([
  'MASK',
  'payload length',
  'extended payload length',
  'masking key',
]);

/** The fields of a frame in one line: `FIN 1 · RSV 000 · opcode 1 text · text "hello"`. */
export function frameFields(spans: readonly Span[]): string {
  const shown = spans.filter(({ field }) => !HIDDEN_FIELDS.has(field) && !field.startsWith('RSV'));
  const reserved = spans.filter(({ field }) => field.startsWith('RSV')).map(({ value }) => value);
  const fields = shown.map(({ field, value }) => `${field} ${cut(value, SHOWN_VALUE)}`);
  const bits = reserved.length === 0 ? [] : [`RSV ${reserved.join('')}`];
  return [...fields.slice(0, 1), ...bits, ...fields.slice(1)].join(' · ');
}
