import type { ConversationResult } from './result.ts';
import { type Behavior, type CloseBehavior, worseBehavior } from './verdict.ts';
import type { WireRecorder } from './wire-log.ts';

/** What ends a conversation before its last step. */
export class Verdict extends Error {
  override readonly name: string = 'Verdict';
  readonly behavior: Behavior;
  readonly behaviorClose: CloseBehavior | undefined;
  readonly expected: string;
  readonly got: string;
  readonly section: string;

  constructor(
    behavior: Behavior,
    reason: string,
    {
      expected = '',
      got = '',
      section = '',
      close,
    }: {
      readonly expected?: string;
      readonly got?: string;
      readonly section?: string;
      readonly close?: CloseBehavior;
    } = {},
  ) {
    super(reason);
    this.behavior = behavior;
    this.behaviorClose = close;
    this.expected = expected;
    this.got = got;
    this.section = section;
  }
}

/** What is known of a conversation until now. */
export class Outcome {
  readonly wire: WireRecorder;
  readonly #startedAt = performance.now();
  #behavior: Behavior = 'OK';
  #behaviorClose: CloseBehavior | undefined = undefined;
  #reason = '';
  #expected = '';
  #got = '';
  #section = '';
  testeeCode: number | null | undefined = undefined;
  testeeReason = '';
  suiteCode: number | null | undefined = undefined;
  endedBy: 'suite' | 'testee' | undefined = undefined;
  deflate = false;

  constructor(wire: WireRecorder) {
    this.wire = wire;
  }

  /** Lowers the verdict; the reason of the worst one stays. */
  note(behavior: Behavior, reason: string, expected = '', got = ''): void {
    const worse = worseBehavior(this.#behavior, behavior);
    if (worse === this.#behavior) return;
    this.#behavior = behavior;
    this.#say(reason, expected, got);
  }

  /** Judges how the connection ended. */
  noteClose(close: CloseBehavior, reason = '', expected = '', got = ''): void {
    this.#behaviorClose = close;
    if (reason !== '' && this.#behavior !== 'FAILED') this.#say(reason, expected, got);
  }

  /** Takes the verdict that ended the conversation. */
  conclude({ behavior, behaviorClose, message, expected, got, section }: Verdict): void {
    this.#behavior = behavior;
    this.#behaviorClose = behaviorClose ?? this.#behaviorClose;
    this.#section = section;
    this.#say(message, expected, got);
  }

  /** The whole of it; where everything is permitted, it is INFORMATIONAL. */
  result(informational: boolean): ConversationResult {
    const close = this.#behaviorClose ?? (this.#behavior === 'FAILED' ? 'FAILED' : 'OK');
    return {
      behavior: informational ? 'INFORMATIONAL' : this.#behavior,
      behaviorClose: informational ? 'INFORMATIONAL' : close,
      reason: this.#reason,
      expected: this.#expected,
      got: this.#got,
      section: this.#section,
      testeeCode: this.testeeCode,
      testeeReason: this.testeeReason,
      suiteCode: this.suiteCode,
      endedBy: this.endedBy,
      durationMs: Math.round(performance.now() - this.#startedAt),
      deflate: this.deflate,
      wire: this.wire.log,
    };
  }

  #say(reason: string, expected: string, got: string): void {
    this.#reason = reason;
    this.#expected = expected;
    this.#got = got;
  }
}
