import { isSame, join } from './bytes.ts';
import { describeExpected, describeIncoming } from './describe.ts';
import { awaitEnd } from './end-step.ts';
import { type Frame, frameBytes, OPCODE, ping, pong } from './frame.ts';
import type { Incoming } from './incoming.ts';
import type { Link } from './link.ts';
import { mismatch } from './mismatch.ts';
import type { Expected, ExpectStep, SendStep, Setting, Step, Testee } from './model.ts';
import { type Outcome, Verdict } from './outcome.ts';
import { StepTalk } from './talk.ts';

/** More pings than a testee has reason to send during a case. */
const MOST_PINGS = 1_000;
/** Between the two writes of a cut, so that they are read one by one. */
const CUT_MS = 2;

/** What a {@link Player} plays with. */
export interface PlayerOptions {
  readonly link: Link;
  readonly outcome: Outcome;
  readonly testee: Testee;
  /** For a step, in milliseconds. */
  readonly timeoutMs: number;
  /** When all must be over, on the clock of `performance.now()`. */
  readonly overAt: number;
}

/** Plays the steps of a conversation, one behind the other. */
export class Player {
  readonly link: Link;
  readonly outcome: Outcome;
  readonly testee: Testee;
  /** Has the suite sent a close frame? */
  hasSentClose = false;
  readonly #options: PlayerOptions;
  #keys = 0x9e3779b9;
  #pings = 0;

  constructor(options: PlayerOptions) {
    this.link = options.link;
    this.outcome = options.outcome;
    this.testee = options.testee;
    this.#options = options;
  }

  /** Until when something must come that has so long. */
  deadline(withinMs: number = this.#options.timeoutMs): number {
    return Math.min(this.#options.overAt, performance.now() + withinMs);
  }

  /** @throws Verdict */
  async play(steps: Iterable<Step>, setting: Setting): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'send') await this.#send(step);
      else if (step.kind === 'expect') await this.#expect(step);
      else if (step.kind === 'end') {
        if (await awaitEnd(this, step)) return;
      } else if (step.kind === 'pause') await this.#pause(step.ms);
      else await step.run(new StepTalk(this, setting, step.expected));
    }
  }

  /** The bytes of a frame of the suite, noted for the wire log. */
  encode(frame: Frame): Uint8Array {
    this.#keys = (Math.imul(this.#keys, 0x01000193) + 0x811c9dc5) >>> 0;
    const key = Uint8Array.of(this.#keys >>> 24, this.#keys >>> 16, this.#keys >>> 8, this.#keys);
    const bytes = frameBytes(frame, this.testee === 'server', key);
    this.outcome.wire.add('suite', 'frame', bytes);
    if (frame.opcode === OPCODE.CLOSE && !this.hasSentClose) {
      this.hasSentClose = true;
      const [high, low] = frame.payload;
      this.outcome.suiteCode = high === undefined || low === undefined ? null : (high << 8) | low;
    }
    return bytes;
  }

  /** Writes, and fails the conversation when the testee takes nothing any more. */
  async write(bytes: Uint8Array, octets?: number): Promise<boolean> {
    const deadline = this.deadline();
    const isTaken =
      octets === undefined
        ? await this.link.write(bytes, deadline)
        : await this.link.writeChopped(bytes, octets, this.#options.overAt);
    if (!isTaken && this.link.end === undefined)
      throw new Verdict('FAILED', 'the testee reads nothing any more', {
        expected: 'room for the next bytes',
        got: 'none',
      });
    return isTaken;
  }

  async #send({ parts, writes }: SendStep): Promise<void> {
    if (writes === 'each') {
      for (const part of parts) await this.write(this.#bytesOf(part));
      return;
    }
    const bytes = parts.map((part) => this.#bytesOf(part));
    const [only] = bytes;
    const whole = bytes.length === 1 && only !== undefined ? only : join(...bytes);
    if (typeof writes !== 'object') {
      await this.write(whole, writes === 'together' ? undefined : writes);
      return;
    }
    await this.write(whole.subarray(0, writes.cutAt));
    await this.link.rest(CUT_MS);
    await this.write(whole.subarray(writes.cutAt));
  }

  #bytesOf(part: Frame | Uint8Array): Uint8Array {
    if (!(part instanceof Uint8Array)) return this.encode(part);
    this.outcome.wire.add('suite', 'bytes', part);
    return part;
  }

  /** The next thing that is no ping, which it answers. */
  async next(deadline: number): Promise<Incoming | undefined> {
    for (;;) {
      const incoming = await this.link.next(deadline);
      if (incoming?.kind !== 'ping') return incoming;
      if (++this.#pings > MOST_PINGS) throw new Verdict('FAILED', `the testee sent more than ${MOST_PINGS} pings`);
      await this.link.write(this.encode(pong(incoming.payload)), deadline);
    }
  }

  async #expect({ expected, otherwise, withinMs }: ExpectStep): Promise<void> {
    if (expected.kind === 'pongs') return this.#expectPongs(expected.payloads);
    const deadline = this.deadline(withinMs);
    const incoming = await (expected.kind === 'ping' ? this.link.next(deadline) : this.next(deadline));
    if (incoming !== undefined && otherwise !== undefined && (incoming.kind === 'close' || incoming.kind === 'end')) {
      this.link.putBack(incoming);
      this.outcome.note(
        otherwise,
        'the testee failed the connection earlier',
        describeExpected(expected),
        describeIncoming(incoming),
      );
      return;
    }
    const flaw = incoming === undefined ? 'nothing came in time' : mismatch(expected, incoming);
    if (flaw !== undefined) this.fail(flaw, describeExpected(expected), incoming);
  }

  async #expectPongs(payloads: readonly Uint8Array[]): Promise<void> {
    const deadline = this.deadline();
    for (let at = 0; at < payloads.length; at++) {
      const incoming = await this.next(deadline);
      const expected: Expected = { kind: 'pong', payload: payloads[at] ?? new Uint8Array() };
      const flaw = incoming === undefined ? 'nothing came in time' : mismatch(expected, incoming);
      if (flaw === undefined) continue;
      const later =
        incoming?.kind === 'pong'
          ? payloads.findIndex((payload, i) => i > at && isSame(payload, incoming.payload))
          : -1;
      if (later < 0) this.fail(flaw, describeExpected(expected), incoming);
      this.outcome.note(
        'NON-STRICT',
        'only the last of several pings is answered',
        describeExpected({ kind: 'pongs', payloads }),
        'fewer',
      );
      at = later;
    }
  }

  async #pause(ms: number): Promise<void> {
    const deadline = this.deadline(ms);
    const incoming = await this.next(deadline);
    if (incoming === undefined) return;
    if (incoming.kind !== 'close' && incoming.kind !== 'end')
      this.fail('something came that was not asked for', 'nothing', incoming);
    this.link.putBack(incoming);
  }

  /** Keeps what the testee gave as the reason of its close. */
  noteClose({ code, reason }: Extract<Incoming, { readonly kind: 'close' }>): void {
    this.outcome.testeeCode = code ?? null;
    this.outcome.testeeReason = reason;
  }

  /** Ends the conversation as FAILED. */
  fail(reason: string, expected: string, incoming: Incoming | undefined): never {
    if (incoming?.kind === 'violation')
      throw new Verdict('FAILED', incoming.message, { expected, got: incoming.message, section: incoming.section });
    if (incoming?.kind === 'close') this.noteClose(incoming);
    throw new Verdict('FAILED', insteadOf(incoming) ?? reason, {
      expected,
      got: incoming === undefined ? 'nothing in time' : describeIncoming(incoming),
    });
  }

  /**
   * Does a client refuse the response that it was sent? It ends TCP then; otherwise it answers a ping.
   *
   * @throws Verdict when it does neither
   */
  async isRefused(): Promise<boolean> {
    await this.link.write(this.encode(ping('open?')), this.deadline());
    const incoming = await this.link.next(this.deadline());
    if (incoming?.kind === 'end' || incoming?.kind === 'close') return true;
    if (incoming?.kind === 'pong') return false;
    return this.fail('the client neither refuses nor opens the connection', 'the end of TCP, or a pong', incoming);
  }
}

function insteadOf(incoming: Incoming | undefined): string | undefined {
  if (incoming?.kind === 'close') return 'the testee closes the connection instead';
  return incoming?.kind === 'end' ? 'the connection ends instead' : undefined;
}
