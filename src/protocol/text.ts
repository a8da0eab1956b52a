/**
 * Text to UTF-8 and back: a port, because the language itself has neither. The platform has both (`TextEncoder`,
 * `TextDecoder`, Node's `Buffer`).
 */
export interface TextPort {
  /** How many bytes `text` takes as UTF-8, lone surrogates counted as U+FFFD. */
  byteLength(text: string): number;
  /** Writes `text` as UTF-8 at `target[offset]`, lone surrogates as U+FFFD. The caller has made room. */
  write(text: string, target: Uint8Array, offset: number): void;
  /** The text of `bytes[start]` to `bytes[end - 1]`, or `undefined` when they are not valid UTF-8. No BOM is removed. */
  decode(bytes: Uint8Array, start: number, end: number): string | undefined;
}

/** `text` as UTF-8 in an array of its own. */
export function encodeText(port: TextPort, text: string): Uint8Array {
  const bytes = new Uint8Array(port.byteLength(text));
  port.write(text, bytes, 0);
  return bytes;
}
