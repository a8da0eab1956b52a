import type { Dice } from '../support/dice.ts';
import { cutAtRandom } from '../support/wire.ts';

/** How many bytes come in small pieces where the rest comes in large ones. */
const SMALL_PIECES = 64;

/**
 * The bytes in pieces: for one draw in eight small ones all over, for four small ones somewhere between two large ones, and
 * for three one of any size between two others.
 */
export function cutHereAndThere(bytes: Uint8Array, dice: Dice): Uint8Array[] {
  const choice = dice.below(8);
  if (choice === 0) return cutAtRandom(bytes, () => dice.unit());
  const at = dice.below(bytes.length + 1);
  const after = choice < 5 ? Math.min(bytes.length, at + SMALL_PIECES) : dice.between(at, bytes.length);
  const middle = bytes.slice(at, after);
  const pieces = choice < 5 ? cutAtRandom(middle, () => dice.unit()) : [middle];
  return [bytes.slice(0, at), ...pieces, bytes.slice(after)];
}
