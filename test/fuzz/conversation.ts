import { FrameDecoder, type FrameHeader, Opcode, type ProtocolViolation } from '../../src/codec/index.ts';
import {
  type CloseInfo,
  type Extension,
  MemoryBudget,
  Protocol,
  type ProtocolLimits,
  resolveLimits,
  Slab,
  type TextPort,
} from '../../src/protocol/index.ts';
import { Dice } from '../support/dice.ts';

import { webText } from '../support/text.ts';
import { type Role, toHex } from '../support/wire.ts';
import { documentedRule } from './rules.ts';
import { must, mustEqual, type Watch } from './target.ts';

/** How one connection is set up and what this end does while it receives. */
export interface Settings {
  readonly textAs: 'string' | 'bytes';
  readonly borrow: boolean;
  readonly ownsInput: boolean;
  readonly inParts: boolean;
  readonly tight: boolean;
  /** Whether handlers stop the reading now and then. */
  readonly stops: boolean;
  /** Seeds what this end does by itself; 0 for nothing. */
  readonly actions: number;
  readonly extensions: () => readonly Extension[];
}

const TIGHT: Partial<ProtocolLimits> = {
  maxMessageBytes: 256,
  maxFragments: 8,
  pingsPerWindow: 4,
  sendQueueBytes: 2048,
  highWaterBytes: 512,
  pendingPongs: 3,
};

const TIGHT_LIMITS: ProtocolLimits = resolveLimits(TIGHT);
const WIDE_LIMITS: ProtocolLimits = resolveLimits({ pendingPongs: Infinity, pingsPerWindow: Infinity });

/** All that a conversation came to. */
export interface Told {
  readonly events: string[];
  readonly code: string | undefined;
  readonly ended: CloseInfo;
  /** Frames that went out, as `opcode:rsv:fin:payload`. */
  readonly sent: string[];
}

/** The most bytes of unfinished messages: far more than any input needs. */
const PARTIAL_BYTES = 4 * 1024 * 1024;

/** The first slab of every conversation: what an earlier one left in it must not matter. */
const USED_BEFORE = new Uint8Array(64 * 1024);

/**
 * Hands the chunks to a connection of this role and gives what came of it.
 *
 * @throws Error when anything happens that is not documented
 */
export function converse(role: Role, chunks: readonly Uint8Array[], settings: Settings, watch: Watch): Told {
  const dice = new Dice(settings.actions);
  const limits = settings.tight ? TIGHT_LIMITS : WIDE_LIMITS;
  const work = { textBytes: 0, ownBytes: 0 };
  const budget = new MemoryBudget(PARTIAL_BYTES);
  const events: string[] = [];
  const ends: CloseInfo[] = [];
  const extensions = settings.extensions();
  let now = 0;

  const tell = (event: string): boolean => {
    if (ends.length > 0) throw new Error(`after the end: ${event}`);
    events.push(event);
    if (settings.actions !== 0) act();
    return settings.stops && events.length % 2 === 0;
  };
  const handler = {
    message: (data: string | Uint8Array) =>
      tell(typeof data === 'string' ? `text:${toHex(Buffer.from(data))}` : `binary:${toHex(data)}`),
    pong: (payload: Uint8Array): void => void tell(`pong:${toHex(payload)}`),
    ended: (info: CloseInfo): void => void ends.push(info),
  };
  const part = (data: Uint8Array, opcode: number, last: boolean): boolean => {
    return tell(`part:${opcode}:${last}:${toHex(data)}`);
  };
  const protocol = new Protocol({
    role,
    limits,
    handler: settings.inParts ? { ...handler, part } : handler,
    text: counting(webText, work),
    now,
    nextMaskKey: () => 0x1234_5678,
    keepalive: settings.actions === 0 ? undefined : { intervalMs: 100, timeoutMs: 200 },
    partialMessages: budget,
    slab: new Slab((size) => {
      work.ownBytes += size;
      return size === USED_BEFORE.length && work.ownBytes === size ? USED_BEFORE : new Uint8Array(size);
    }),
    textAs: settings.textAs,
    borrow: settings.borrow,
    ownsInput: settings.ownsInput,
    extensions,
  });

  let closedFirst = false;

  /** Something that a caller might do at this moment; what is wrong with it is the caller's. */
  function act(): void {
    const choice = dice.below(12);
    if (choice === 0) {
      closedFirst = true;
      protocol.close(now, dice.pick([undefined, 1000, 4000]));
    } else if (choice === 1) protocol.ping(now);
    else if (choice === 2) {
      now += dice.below(80);
      protocol.tick(now);
    } else if (choice === 3) protocol.rests(now);
    else if (choice === 4) protocol.readsAgain(now);
    else if (choice === 5) protocol.sendPart(Uint8Array.of(1), true);
    else if (choice === 6 && dice.chance(0.2)) protocol.terminate();
    else if (choice > 8) protocol.send('x'.repeat(dice.below(200)));
  }

  let given = 0;
  for (const chunk of chunks) {
    if (settings.actions !== 0) act();
    for (let left = settings.ownsInput ? chunk.slice() : chunk; ; ) {
      const taken = watch.step(left.length, () => protocol.receive(left, now));
      if (taken < 0 || taken > left.length) throw new Error(`receive took ${taken} of ${left.length} bytes`);
      if (taken === left.length) break;
      must(taken > 0, 'receive makes no progress');
      left = left.subarray(taken);
    }
    given += chunk.length;
    must(protocol.bufferedBytes <= limits.sendQueueBytes + 64 * 1024 + 16 * given, 'the outbox is over its limit');
  }
  const code = protocol.brokenRule?.code;
  if (protocol.brokenRule !== undefined) mustBeDocumented(protocol.brokenRule);
  const stateBefore = protocol.state;
  const sent = readSent(role, protocol.outbox.take(), extensions);
  protocol.transportEnded();
  protocol.transportEnded();
  protocol.tick(now + 1e9);
  mustEqual(protocol.receive(Uint8Array.of(0x81), now), 1, 'bytes taken after the end');
  mustEqual(protocol.send('late'), 'closed', 'send after the end');
  mustEqual(protocol.nextDeadline(), Infinity, 'the deadline after the end');
  mustEqual(ends.length, 1, 'reports of the end');
  mustEqual(budget.used, 0, 'bytes of unfinished messages after the end');
  must(work.textBytes <= 3 * given + 1024 * (events.length + 2), `${work.textBytes} bytes of text from ${given}`);
  must(work.ownBytes <= 64 * 1024 * (events.length + 4) + 16 * given, `${work.ownBytes} bytes of outbox from ${given}`);
  const ended = ends[0] as CloseInfo;
  if (code !== undefined) {
    // Only behind a close frame of ours the peer cannot be told.
    const told = sent.at(-1)?.startsWith(`8:0:true:${protocol.brokenRule?.closeCode.toString(16).padStart(4, '0')}`);
    const expected = told === true ? protocol.brokenRule?.closeCode : 1006;
    mustEqual([ended.code, ended.clean, ended.by], [expected, false, 'local'], 'a violation ends as');
    must(told === true || closedFirst, 'a violation was not told');
    must(stateBefore !== 'open', `still open after ${code}`);
  }
  must(ended.clean || code !== undefined || ended.code === 1006, 'an end without a close frame is 1006');
  return { events, code, ended, sent };
}

function counting(port: TextPort, work: { textBytes: number }): TextPort {
  return {
    byteLength: (text) => port.byteLength(text),
    write(text, target, offset) {
      work.textBytes += text.length;
      port.write(text, target, offset);
    },
    decode(bytes, start, end) {
      work.textBytes += end - start;
      return port.decode(bytes, start, end);
    },
  };
}

function mustBeDocumented(violation: ProtocolViolation): void {
  const rule = documentedRule(violation.code);
  must(rule !== undefined, `the violation ${violation.code} is not documented`);
  mustEqual(
    [violation.closeCode, violation.section],
    [rule.closeCode, rule.section],
    `the violation ${violation.code}`,
  );
}

/** The frames that were sent, all legal, and none after a close frame. */
function readSent(role: Role, chunks: readonly Uint8Array[], extensions: readonly Extension[]): string[] {
  const sent: string[] = [];
  let header: FrameHeader | undefined;
  let payload = '';
  const decoder = new FrameDecoder({
    role: role === 'server' ? 'client' : 'server',
    reservedBits: { start: extensions.length === 0 ? 0 : 7, continuation: 0, control: 0 },
  });
  const sink = {
    header(found: FrameHeader): void {
      header = found;
      payload = '';
      must(sent.at(-1)?.startsWith('8:') !== true, 'a frame was sent after the close frame');
    },
    payload(bytes: Uint8Array, start: number, end: number, last: boolean): boolean {
      payload += toHex(bytes.subarray(start, end));
      if (last && header !== undefined) sent.push(`${header.opcode}:${header.rsv}:${header.fin}:${payload}`);
      return false;
    },
  };
  for (const chunk of chunks) decoder.push(chunk, sink);
  must(decoder.idle, 'a frame was sent in part');
  return sent;
}

/** What was heard, to compare it with another implementation. */
export function heard({ events, code, ended, sent }: Told): {
  events: string[];
  pings: string[];
  close: string | undefined;
  failure: number | undefined;
} {
  const pings = sent.filter((frame) => frame.startsWith('10:')).map((frame) => frame.slice(frame.lastIndexOf(':') + 1));
  const failed = code !== undefined;
  const close = ended.clean ? `${ended.code}:${toHex(Buffer.from(ended.reason))}` : undefined;
  return { events, pings, close, failure: failed ? ended.code : undefined };
}

/** The parts of each message put together, as far as its end came. */
export function joinParts(events: readonly string[]): string[] {
  const joined: string[] = [];
  let message = '';
  for (const event of events) {
    const [kind, opcode, last, payload] = event.split(':');
    if (kind !== 'part') joined.push(event);
    else {
      message += payload;
      if (last === 'true') {
        joined.push(`${opcode === String(Opcode.TEXT) ? 'text' : 'binary'}:${message}`);
        message = '';
      }
    }
  }
  return joined;
}
