import type { Heard } from './peer-receiver.ts';
import { must, mustEqual } from './target.ts';

/** A way in which this implementation deliberately reads frames otherwise than `ws`. */
export interface Difference {
  readonly name: string;
  readonly ours: string;
  readonly theirs: string;
  readonly why: string;
}

/** Every deliberate difference; a difference that is not here fails the run. */
export const DIFFERENCES = {
  'length-not-minimal': {
    name: 'length-not-minimal',
    ours: '1002',
    theirs: 'takes the frame',
    why: 'RFC 6455 §5.2 demands the shortest form; two ways to write one frame let two readers disagree.',
  },
  'length-top-bit': {
    name: 'length-top-bit',
    ours: '1002',
    theirs: '1009, as a length over 2^53 − 1',
    why: 'RFC 6455 §5.2 says that this bit is 0, so the frame is wrong, not long.',
  },
  'text-refused-early': {
    name: 'text-refused-early',
    ours: '1007 at the first byte that no valid text could have there',
    theirs: 'collects the message and looks at its end, so that a later violation, or nothing yet, is reported',
    why: 'A peer that sends no text should not be listened to until its message ends.',
  },
  'fragments-refused-on-header': {
    name: 'fragments-refused-on-header',
    ours: '1008 on the header of the fragment that is one too many',
    theirs: '1008 when its payload has come',
    why: 'Limits are checked before payload is awaited.',
  },
  'message-refused-with-mask': {
    name: 'message-refused-with-mask',
    ours: '1009 once the header is whole, mask key included',
    theirs: '1009 once the length is known, up to four bytes earlier',
    why: 'A header is one value here; four bytes cost nothing.',
  },
  'close-refused-with-payload': {
    name: 'close-refused-with-payload',
    ours: '1002 for a close frame of one byte when that byte has come',
    theirs: '1002 on its header',
    why: 'The header breaks no rule of headers; the payload has its own function.',
  },
} as const satisfies Record<string, Difference>;

export type DifferenceName = keyof typeof DIFFERENCES;

/**
 * Compares what both made of the same bytes, which may end anywhere.
 *
 * @param code the rule that was broken for us
 * @returns the deliberate difference that shows, if one does
 * @throws Error for any other difference
 */
export function compareHeard(ours: Heard, code: string | undefined, theirs: Heard): DifferenceName | undefined {
  const difference = classify(ours, code, theirs);
  if (difference === undefined) {
    mustEqual(ours, theirs, 'frames are read otherwise than by ws');
    return undefined;
  }
  // Who goes on reading hears more, but nothing else.
  const oursGoesOn = theirs.failure !== undefined && ours.failure === undefined;
  const [less, more] = oursGoesOn ? [theirs, ours] : [ours, theirs];
  mustBegin(more.events, less.events, `events (${difference})`);
  mustBegin(more.pings, less.pings, `pings (${difference})`);
  return difference;
}

function classify(ours: Heard, code: string | undefined, theirs: Heard): DifferenceName | undefined {
  if (code === 'length-not-minimal') return code;
  if (code === 'length-top-bit' && theirs.failure === 1009) return code;
  if (code === 'text-not-utf8' && !same(ours, theirs)) return 'text-refused-early';
  if (code === 'too-many-fragments' && theirs.failure === undefined) return 'fragments-refused-on-header';
  if (code === undefined && theirs.failure === 1009) return 'message-refused-with-mask';
  if (code === undefined && theirs.failure === 1002 && ours.close === undefined) return 'close-refused-with-payload';
  return undefined;
}

function same(ours: Heard, theirs: Heard): boolean {
  return (
    ours.failure === theirs.failure &&
    ours.events.length === theirs.events.length &&
    ours.pings.length === theirs.pings.length
  );
}

function mustBegin(all: readonly string[], start: readonly string[], what: string): void {
  must(all.length >= start.length, `${what}: ${start.length} are more than the ${all.length} of the other`);
  mustEqual(start, all.slice(0, start.length), what);
}
