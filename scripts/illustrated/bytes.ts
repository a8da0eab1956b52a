const ROW = 32;
const LONGEST_PERIOD = 4;
const LEAST_REPEATS = 32;

/**
 * Bytes as lines of hexadecimal digits, 32 bytes each. What repeats itself 32 times or more, in periods of up to four
 * bytes, stands in a line of its own: `19d40f13*16384`.
 */
export function formatBytes(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  let plain = 0;
  const flush = (end: number): void => {
    for (let at = plain; at < end; at += ROW) lines.push(toHex(bytes.subarray(at, Math.min(end, at + ROW))));
  };
  for (let at = 0; at < bytes.length; ) {
    const run = longestRun(bytes, at);
    if (run === undefined) {
      at++;
      continue;
    }
    flush(at);
    lines.push(`${toHex(bytes.subarray(at, at + run.period))}*${run.times}`);
    at += run.period * run.times;
    plain = at;
  }
  flush(bytes.length);
  return lines;
}

/**
 * The bytes that {@link formatBytes} wrote.
 *
 * @throws Error for a line that is neither hexadecimal nor a repetition
 */
export function parseBytes(lines: readonly string[]): Uint8Array {
  return Buffer.concat(
    lines.map((line) => {
      const found = /^((?:[0-9a-f]{2})+)(?:\*([1-9]\d*))?$/.exec(line);
      if (found === null) throw new Error(`these are no bytes: ${line}`);
      const [, hex = '', times = '1'] = found;
      return Buffer.from(hex.repeat(Number(times)), 'hex');
    }),
  );
}

/** The bytes in hexadecimal, with something between them or nothing. */
export function toHex(bytes: Uint8Array, between: string = ''): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(between);
}

/** Bytes of ASCII as a text. */
export function toAscii(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

interface Run {
  readonly period: number;
  readonly times: number;
}

function longestRun(bytes: Uint8Array, start: number): Run | undefined {
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    let end = start + period;
    while (end < bytes.length && bytes[end] === bytes[end - period]) end++;
    const times = Math.floor((end - start) / period);
    if (times >= LEAST_REPEATS) return { period, times };
  }
  return undefined;
}
