import type { Dice } from '../support/dice.ts';

/** What a target tells about one input while it runs. */
export interface Watch {
  /** The input came to this: a violation, a refusal, or `accepted`. */
  count(outcome: string): void;
  /** The input holds a valid handshake, so that a connection is open. */
  opened(): void;
  /** Runs one step of the code under test, which took `bytes` of input. */
  step<T>(bytes: number, run: () => T): T;
}

/** One part of the code that is fed with inputs. */
export interface Target {
  readonly name: string;
  /** Of a hundred inputs, about how many. */
  readonly share: number;
  /** What mutations insert beside random bytes. */
  readonly dictionary: readonly string[];
  /** A new input, mostly well-formed. */
  generate(dice: Dice): Uint8Array;
  /** The input changed where the target knows its structure. */
  mutate?(input: Uint8Array, dice: Dice): Uint8Array;
  /** Throws when anything happens that is not documented. */
  run(input: Uint8Array, watch: Watch): void | Promise<void>;
}

/** @throws Error with `message` unless `condition` holds */
export function must(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** @throws Error that shows both unless they are the same as JSON */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual === expected || sameStrings(actual, expected)) return;
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: ${shorten(one)} is not ${shorten(other)}`);
}

/** Spares what is equal, as nearly everything is, from being written as JSON. */
function sameStrings(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  return one.every((item, i) => typeof item !== 'object' && item === other[i]);
}

function shorten(text: string | undefined): string {
  const shown = String(text);
  return shown.length > 2000 ? `${shown.slice(0, 2000)}…` : shown;
}
