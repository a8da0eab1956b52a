import { describeClose, describeEnd } from './describe.ts';
import { close, ping } from './frame.ts';
import type { Incoming } from './incoming.ts';
import type { EndStep } from './model.ts';
import { Verdict } from './outcome.ts';
import type { Player } from './player.ts';

/** Until a testee that should fail the connection is asked whether it is still there. */
const PROBE_MS = 1_000;
/** Until TCP must have ended behind a closing handshake. */
const LINGER_MS = 3_000;

/**
 * Waits for the testee to end the connection as a step asks for; resolves with whether it has.
 *
 * @throws Verdict when it does something else
 */
export async function awaitEnd(player: Player, step: EndStep): Promise<boolean> {
  const expected = describeEnd(step);
  const incoming = await nextOrProbe(player, step);
  if (incoming === undefined) return doesNotEnd(player, step, expected);
  if (incoming.kind === 'end') {
    if (step.clean) player.outcome.noteClose('UNCLEAN', 'TCP ended without a close frame', expected, incoming.message);
    else if (incoming.how === 'error') player.fail('the connection broke', expected, incoming);
    return true;
  }
  if (incoming.kind !== 'close') player.fail('something else came before the end', expected, incoming);
  await finishClose(player, incoming, step, expected);
  return true;
}

/** The next thing; a testee that lets the time pass though it should have failed the connection gets a ping, which tells. */
async function nextOrProbe(player: Player, { clean, withinMs, otherwise }: EndStep): Promise<Incoming | undefined> {
  const deadline = player.deadline(withinMs);
  if (clean || otherwise !== undefined || player.hasSentClose) return player.next(deadline);
  const first = await player.next(Math.min(deadline, performance.now() + PROBE_MS));
  if (first !== undefined) return first;
  await player.link.write(player.encode(ping('still open?')), deadline);
  return player.next(deadline);
}

function doesNotEnd({ outcome }: Player, { otherwise, clean }: EndStep, expected: string): boolean {
  const got = 'nothing in time';
  if (otherwise !== undefined) {
    outcome.note(otherwise, 'the testee failed the connection only later', expected, got);
    return false;
  }
  if (!clean)
    throw new Verdict('FAILED', 'the testee does not fail the connection', { expected, got, close: 'FAILED' });
  outcome.noteClose('UNCLEAN', 'no close frame came in time', expected, got);
  return true;
}

/** The testee has sent its close frame: the suite answers it, and TCP must end. */
async function finishClose(
  player: Player,
  incoming: Extract<Incoming, { readonly kind: 'close' }>,
  { codes, clean }: EndStep,
  expected: string,
): Promise<void> {
  const { outcome, link, testee } = player;
  const { code, reason } = incoming;
  player.noteClose(incoming);
  const isRight = code === undefined || codes.includes(code);
  if (!isRight)
    outcome.noteClose('WRONG CODE', 'the close frame has another code', expected, describeClose(code, reason));
  if (!player.hasSentClose) await link.write(player.encode(close(code)), player.deadline());
  if (testee === 'client') {
    outcome.endedBy = link.end === undefined ? 'suite' : 'testee';
    link.finish();
  }
  const over = await player.next(Math.min(player.deadline(), performance.now() + LINGER_MS));
  if (over?.kind === 'violation') player.fail('something came behind the close frame', 'the end of TCP', over);
  if (over === undefined && clean && isRight && testee === 'server')
    outcome.noteClose(
      'FAILED BY CLIENT',
      'the server leaves it to the client to end TCP',
      'the end of TCP',
      'nothing in time',
    );
}
