import { isSame } from '../bytes.ts';
import { close, type Frame } from '../frame.ts';
import type { Incoming } from '../incoming.ts';
import type { Step, Talk } from '../model.ts';
import { closes, custom, send } from '../steps.ts';
import type { Behavior } from '../verdict.ts';

/** What a testee that goes on gives back. */
export type Answer =
  | { readonly kind: 'message'; readonly opcode: number; readonly payload: Uint8Array }
  | { readonly kind: 'pong'; readonly payload: Uint8Array };

/**
 * Frames on which a testee should fail the connection, though no rule binds the one that receives them: when it takes them
 * all the same and answers as if they were right, that is `verdict`.
 */
export function* takesOrFails(
  answer: Answer,
  frames: readonly Frame[],
  verdict: Behavior,
  codes: readonly number[],
): Generator<Step> {
  let goesOn = false;
  yield send(...frames);
  yield custom(`the connection fails with code ${codes.join(' or ')}, or without one`, async (talk) => {
    const incoming = await nextButPings(talk);
    if (incoming?.kind === 'end') return;
    if (incoming?.kind === 'close') await finish(talk, incoming.code, codes);
    else if (incoming !== undefined && isAnswer(answer, incoming)) {
      goesOn = true;
      talk.note(verdict, 'the testee took what it should fail on');
    } else talk.fail('neither an end nor the answer came', incoming?.kind ?? 'nothing in time');
  });
  if (goesOn) yield* closes();
}

async function finish(talk: Talk, code: number | undefined, codes: readonly number[]): Promise<void> {
  if (code !== undefined && !codes.includes(code)) talk.fail('the close frame has another code', `code ${code}`);
  await talk.send(close(code));
  await talk.next();
}

async function nextButPings(talk: Talk): Promise<Incoming | undefined> {
  let incoming = await talk.next();
  for (let pings = 0; incoming?.kind === 'ping' && pings < 100; pings++) incoming = await talk.next();
  return incoming;
}

function isAnswer(answer: Answer, incoming: Incoming): boolean {
  if (incoming.kind !== answer.kind || !('payload' in incoming)) return false;
  const isKind = answer.kind !== 'message' || (incoming.kind === 'message' && incoming.opcode === answer.opcode);
  return isKind && isSame(answer.payload, incoming.payload);
}
