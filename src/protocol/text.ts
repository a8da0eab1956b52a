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
  /** A check of text that comes in pieces, where the platform has a faster one than `Utf8Validator` of `ws101/codec`. */
  validator?(): TextValidator;
}

/** Tells valid UTF-8 from invalid, piece by piece: what `Utf8Validator` of `ws101/codec` does. */
export interface TextValidator {
  /** False as soon as the bytes so far are no beginning of any valid text; after that only {@link reset} helps. */
  push(bytes: Uint8Array, start: number, end: number): boolean;
  /** True when all was valid so far and no sequence is left unfinished. */
  readonly complete: boolean;
  /** Forgets what came before. */
  reset(): void;
}

/** `text` as UTF-8 in an array of its own. */
export function encodeText(port: TextPort, text: string): Uint8Array {
  const bytes = new Uint8Array(port.byteLength(text));
  port.write(text, bytes, 0);
  return bytes;
}
