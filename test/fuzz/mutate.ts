import type { Dice } from '../support/dice.ts';
import { concat } from '../support/wire.ts';

/** No input grows beyond this: one read of a socket. */
export const MAX_INPUT_BYTES: number = 64 * 1024;

const EDGES = [0, 1, 9, 10, 13, 32, 0x7d, 0x7e, 0x7f, 0x80, 0x81, 0x88, 0xbf, 0xc0, 0xed, 0xf4, 0xfe, 0xff];

type Mutation = (input: Uint8Array, dice: Dice, words: readonly Uint8Array[]) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  (input, dice) => change(input, dice, (byte) => byte ^ (1 << dice.below(8))),
  (input, dice) => change(input, dice, () => dice.below(256)),
  (input, dice) => change(input, dice, () => dice.pick(EDGES)),
  (input, dice) => change(input, dice, (byte) => byte + dice.between(-4, 4)),
  (input, dice) => {
    const [start, end] = range(input, dice);
    return concat(input.subarray(0, start), input.subarray(end));
  },
  (input, dice) => {
    const [start, end] = range(input, dice);
    const piece = input.subarray(start, end);
    const times = dice.chance(0.1) ? dice.between(2, 64) : 1;
    return insert(input, dice.below(input.length + 1), concat(...Array<Uint8Array>(times).fill(piece)));
  },
  (input, dice) => insert(input, dice.below(input.length + 1), dice.bytes(dice.between(1, 8))),
  (input, dice, words) => (words.length === 0 ? input : insert(input, dice.below(input.length + 1), dice.pick(words))),
  (input, dice, words) => {
    if (words.length === 0) return input;
    const [start, end] = range(input, dice);
    return concat(input.subarray(0, start), dice.pick(words), input.subarray(end));
  },
  (input, dice) => input.slice(0, dice.below(input.length + 1)),
];

/** The input after one to four blind changes, cut at {@link MAX_INPUT_BYTES}. The input itself stays as it is. */
export function mutateBytes(input: Uint8Array, dice: Dice, words: readonly Uint8Array[] = []): Uint8Array {
  let mutated = input;
  for (let times = dice.between(1, 4); times > 0; times--) mutated = dice.pick(MUTATIONS)(mutated, dice, words);
  return mutated.slice(0, MAX_INPUT_BYTES);
}

/** The beginning of one input and the end of the other. */
export function splice(one: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array {
  const start = one.subarray(0, dice.below(one.length + 1));
  return concat(start, other.subarray(dice.below(other.length + 1))).slice(0, MAX_INPUT_BYTES);
}

function change(input: Uint8Array, dice: Dice, to: (byte: number) => number): Uint8Array {
  const changed = input.slice();
  const at = dice.below(input.length);
  if (input.length > 0) changed[at] = to(changed[at] ?? 0);
  return changed;
}

function range({ length }: Uint8Array, dice: Dice): [start: number, end: number] {
  const start = dice.below(length + 1);
  return [start, Math.min(length, start + dice.between(1, dice.chance(0.8) ? 8 : 256))];
}

function insert(input: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  return concat(input.subarray(0, at), piece, input.subarray(at));
}
