import { Buffer } from 'node:buffer';
import { TokenBucket } from '../rooms/index.ts';

/** What a line of the log says besides its event. Texts may come from strangers. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Takes note of something that happened. Never throws. */
export type ChatLog = (event: string, fields?: LogFields) => void;

/** The longest text of one field, in bytes of UTF-8. */
const FIELD_BYTES = 256;
const LINES_AT_ONCE = 200;
const LINES_PER_SECOND = 50;

/** Notes nothing. */
export const NO_LOG: ChatLog = () => undefined;

// JSON escapes the controls below U+0020 alone. A terminal obeys others, and some readers end a line at U+2028.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Makes a log of one JSON object in a line: `time`, `event`, and the fields.
 *
 * Each text is cut to 256 bytes, whatever cannot be printed is escaped, and a flood is thinned out to 50 lines a second after the
 * first 200: the next line says in `suppressed` how many are missing.
 */
export function jsonLog(write: (line: string) => void, now: () => number = Date.now): ChatLog {
  const lines = new TokenBucket({ capacity: LINES_AT_ONCE, refillPerSecond: LINES_PER_SECOND }, now());
  let suppressed = 0;
  return (event, fields = {}) => {
    const at = now();
    if (lines.take(at) > 0) {
      suppressed++;
      return;
    }
    const line: Record<string, unknown> = { time: new Date(at).toISOString(), event };
    for (const [name, value] of Object.entries(fields)) line[name] = typeof value === 'string' ? bounded(value) : value;
    if (suppressed > 0) line.suppressed = suppressed;
    suppressed = 0;
    write(`${JSON.stringify(line).replace(UNPRINTABLE, escapeUnits)}\n`);
  };
}

function bounded(value: string): string {
  // A cut inside a long text costs no more than the text that is kept.
  const head = value.slice(0, FIELD_BYTES);
  if (head.length === value.length && Buffer.byteLength(head, 'utf8') <= FIELD_BYTES) return value;
  let kept = '';
  let bytes = 3;
  for (const character of head) {
    bytes += Buffer.byteLength(character, 'utf8');
    if (bytes > FIELD_BYTES) break;
    kept += character;
  }
  return `${kept}…`;
}

function escapeUnits(character: string): string {
  let escaped = '';
  for (let index = 0; index < character.length; index++) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
