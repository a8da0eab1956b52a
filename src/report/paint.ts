/** What text is written to; `process.stdout` is one. */
export interface TextOutput {
  write(text: string): unknown;
  /** True for a screen. */
  readonly isTTY?: boolean;
  /** Of a screen: how many characters a line holds. */
  readonly columns?: number;
}

/** The variables of the environment that say what a terminal can do. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How a text looks on a screen; where there is none, it looks like any other. */
export type Style = 'plain' | 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  plain: [0, 0],
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** Where a report goes: how wide it may be, and how to colour a text. */
export interface Canvas {
  /** In characters of normal width. */
  readonly width: number;
  paint(text: string, style: Style): string;
}

/** What an output can show: colours only on a screen, and none when NO_COLOR is set. */
export function canvasOf(output: TextOutput, environment: Environment): Canvas {
  const colours = output.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
  return {
    width: Math.min(120, Math.max(40, output.columns ?? 80)),
    paint(text, style) {
      if (!colours || style === 'plain' || text === '') return text;
      const [on, off] = CODES[style];
      return `\x1b[${on}m${text}\x1b[${off}m`;
    },
  };
}

// East Asian wide characters and pictographs, which take two columns; marks that take none.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many columns a text takes. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

/** A text with blanks behind it, or before it, up to this many columns. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, columns - columnsOf(text)));
  return side === 'left' ? text + blanks : blanks + text;
}

/** The beginning of a text, in at most this many columns; where something is missing it ends with `…`. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  let left = columns - 1;
  for (const character of text) {
    left -= columnsOf(character);
    if (left < 0) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** A text of others without what would move the cursor or change the colours: control characters become `�`. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** A text in lines of at most this many columns, broken at blanks where it can be. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (columnsOf(joined) <= columns) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    let used = 0;
    for (const character of word) {
      const more = columnsOf(character);
      if (used + more > columns) {
        lines.push(line);
        line = '';
        used = 0;
      }
      line += character;
      used += more;
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}
