import { MESSAGE_RULES } from '../../src/protocol/index.ts';
import type { Message, Party } from './party.ts';

/** A UTF-16 unit becomes up to three bytes. */
const UTF8_PER_UNIT = 3;

/** Pongs and a close frame may come on top of a full queue. */
const BESIDE_THE_QUEUE_BYTES = 17 * 139 + 139;

/** What is wrong with how a simulated connection went, in one line each; empty when nothing is. */
export function problemsOf(one: Party, other: Party): string[] {
  return [...problemsOfOne(one, other), ...problemsOfOne(other, one), ...disagreements(one, other)];
}

function problemsOfOne(party: Party, peer: Party): string[] {
  const { heard, protocol, plan } = party;
  const problems: string[] = [];
  const complain = (what: string): void => void problems.push(`${plan.role}: ${what}`);
  if (heard.ends.length !== 1) complain(`${heard.ends.length} reports of the end`);
  if (heard.late > 0) complain(`${heard.late} events after the end`);
  if (party.acceptedLate > 0) complain(`${party.acceptedLate} messages were accepted while closing`);
  if (protocol.state !== 'ended') complain(`is ${protocol.state} when all is over`);
  const limit = plan.limits.sendQueueBytes + UTF8_PER_UNIT * party.longestAccepted + BESIDE_THE_QUEUE_BYTES;
  if (party.mostBuffered > limit) complain(`${party.mostBuffered} bytes were buffered, more than ${limit}`);
  if (heard.messages.length > peer.sent.length)
    complain(`${heard.messages.length} messages came of ${peer.sent.length}`);
  const wrong = heard.messages.findIndex((message, i) => !same(message, peer.sent[i]));
  if (wrong >= 0) complain(`message ${wrong} is not the one that was sent`);
  const code = protocol.brokenRule?.code;
  if (code !== undefined && !Object.hasOwn(MESSAGE_RULES, code) && !peer.crimes.some((codes) => codes.includes(code))) {
    complain(`reports ${code}, of which the peer is innocent`);
  }
  return problems;
}

function same(one: Message, other: Message | undefined): boolean {
  if (typeof one === 'string' || typeof other === 'string' || other === undefined) return one === other;
  return Buffer.compare(one, other) === 0;
}

/** Whoever saw a close frame must report the code and reason that the peer sent. */
function disagreements(one: Party, other: Party): string[] {
  const problems: string[] = [];
  for (const [party, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    const [info] = party.heard.ends;
    if (info?.clean !== true) continue;
    // Who did not begin to close has echoed.
    const sent = peer.ours ?? party.ours;
    if (sent === undefined) problems.push(`${party.plan.role}: saw a close frame that nobody began with`);
    else if (sent.code !== info.code || sent.reason !== info.reason) {
      problems.push(
        `${party.plan.role}: reports ${info.code} ${info.reason}, the peer sent ${sent.code} ${sent.reason}`,
      );
    }
  }
  const [first, second] = [one.heard.ends[0], other.heard.ends[0]];
  if (first?.clean === true && second?.clean === true) {
    if (first.by === 'remote' && second.by === 'remote') problems.push('each end says that the other began to close');
    if (first.by !== second.by && first.code !== second.code)
      problems.push(`${first.code} and ${second.code} of one close`);
  }
  return problems;
}
