/**
 * How a testee behaved in a case, in the words of the field:
 *
 * - `OK`: as the case asks for;
 * - `NON-STRICT`: within the RFC, though later or less exactly than it could;
 * - `INFORMATIONAL`: whatever it did is permitted, and told for its own sake;
 * - `UNIMPLEMENTED`: it lacks an optional part that the case is about;
 * - `FAILED`: against the RFC.
 */
export type Behavior = 'OK' | 'NON-STRICT' | 'INFORMATIONAL' | 'UNIMPLEMENTED' | 'FAILED';

/**
 * How the connection ended:
 *
 * - `WRONG CODE`: the testee gave another close code than the case permits;
 * - `UNCLEAN`: TCP ended without the closing handshake where there had to be one (RFC 6455 §7.1.4);
 * - `FAILED BY CLIENT`: the server left it to the client to end TCP (§7.1.1);
 * - `FAILED`: it did not end, or the wrong end ended it.
 */
export type CloseBehavior =
  | 'OK'
  | 'WRONG CODE'
  | 'UNCLEAN'
  | 'FAILED BY CLIENT'
  | 'INFORMATIONAL'
  | 'UNIMPLEMENTED'
  | 'FAILED';

/** From the best to the worst. */
const BEHAVIORS: readonly Behavior[] = ['OK', 'INFORMATIONAL', 'UNIMPLEMENTED', 'NON-STRICT', 'FAILED'];
const CLOSES: readonly CloseBehavior[] = [
  'OK',
  'INFORMATIONAL',
  'UNIMPLEMENTED',
  'WRONG CODE',
  'UNCLEAN',
  'FAILED BY CLIENT',
  'FAILED',
];

/** The worse one of two. */
export function worseBehavior(one: Behavior, other: Behavior): Behavior {
  return BEHAVIORS.indexOf(one) >= BEHAVIORS.indexOf(other) ? one : other;
}

/** The worse one of two. */
export function worseClose(one: CloseBehavior, other: CloseBehavior): CloseBehavior {
  return CLOSES.indexOf(one) >= CLOSES.indexOf(other) ? one : other;
}

/** Both halves of a verdict: of the messages, and of the close. */
export interface CaseVerdict {
  readonly behavior: Behavior;
  readonly behaviorClose: CloseBehavior;
}

/** Has the testee what is required, of the messages and of the close? With `strict`, NON-STRICT is not enough. */
export function passes({ behavior, behaviorClose }: CaseVerdict, strict: boolean = false): boolean {
  return behavior !== 'FAILED' && !(strict && behavior === 'NON-STRICT') && closesWell(behaviorClose);
}

/** Did the connection end as it should, or as it may? */
export function closesWell(close: CloseBehavior): boolean {
  return close === 'OK' || close === 'INFORMATIONAL' || close === 'UNIMPLEMENTED';
}

/** The half for which a case does not pass: `FAILED`, `close WRONG CODE`. */
export function failureWords({ behavior, behaviorClose }: CaseVerdict): string {
  return behavior === 'FAILED' || behaviorClose === 'OK' ? behavior : `close ${behaviorClose}`;
}
