import { Refusal } from './errors.ts';
import { CHAT_LIMITS } from './limits.ts';

/** A name in two forms. */
export interface Username {
  /** As others see it. */
  readonly name: string;
  /** As the server compares it: equal for names that differ in case only. */
  readonly key: string;
}

// Control, format (bidi and zero-width among them), private, unassigned and lone surrogate characters, line and paragraph
// separators, all that Unicode calls ignorable (fillers, variation selectors), the blank braille cell, and every space but the plain one.
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

// Normalising takes time in proportion to its input; no name of 32 code points is longer than this before it.
const MAX_RAW_LENGTH = 512;

const RESERVED: ReadonlySet<string> = new Set(
  ['server', 'system', 'admin', 'administrator', 'moderator', 'operator', 'root', 'everyone'].map(foldCase),
);

/**
 * Reads a name that somebody wants to go by, or says why not. Never throws.
 *
 * It is normalised to NFKC, so that look-alikes of width and form are one name, outer spaces go, inner runs of them become one,
 * as a web page shows them. Refused: empty, over {@link CHAT_LIMITS}.nameCodePoints, anything that cannot be seen, reserved names.
 */
export function parseUsername(wanted: string): Username | Refusal {
  if (wanted.length > MAX_RAW_LENGTH) return new Refusal('name-too-long');
  const normal = wanted.normalize('NFKC');
  if (UNSEEN.test(normal)) return new Refusal('name-invalid');
  const name = normal.trim().replace(/ {2,}/g, ' ');
  if (!SEEN.test(name)) return new Refusal('name-empty');
  if ([...name].length > CHAT_LIMITS.nameCodePoints) return new Refusal('name-too-long');
  const key = foldCase(name);
  return RESERVED.has(key) ? new Refusal('name-reserved') : { name, key };
}

/**
 * Gives one form for all cases of a name. The language has no case folding; lower, upper, lower comes to the same for whole names
 * (`ß`, `ẞ` and `SS` meet, so do the three sigmas), and NFKC puts together what the case mapping took apart.
 */
export function foldCase(name: string): string {
  return name.toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}
