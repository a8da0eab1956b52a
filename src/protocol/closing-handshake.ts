import { CloseCode, type ClosePayload, type ProtocolViolation } from '../codec/index.ts';
import type { CloseInfo, ClosingAction, ClosingEvent, ClosingState, ClosingStep } from './closing.ts';
import { CLOSING_TABLE } from './closing.ts';
import type { ProtocolSettings } from './options.ts';

/** What is left to do for the transport's sake alone. */
type TransportAction = Exclude<ClosingAction, 'send' | 'report'>;

/** Where one connection stands in {@link CLOSING_TABLE}, and what both ends have said. */
export class ClosingHandshake {
  readonly #settings: ProtocolSettings;
  state: ClosingState = 'open';
  #by: 'local' | 'remote' = 'remote';
  /** The payload of our close frame, once one end has begun to close. */
  ours: Uint8Array | undefined;
  /** What the peer's close frame says. */
  theirs: ClosePayload | undefined;
  violation: ProtocolViolation | undefined;
  #told = false;
  /** When the peer's time to finish is over. */
  deadline: number = Infinity;
  /** Our half of the transport is to be ended. */
  endRequested: boolean = false;
  /** The transport is to be destroyed. */
  destroyRequested: boolean = false;

  constructor(settings: ProtocolSettings) {
    this.#settings = settings;
  }

  /** Notes who begins to close and with what; what comes second changes nothing. */
  begin(by: 'local' | 'remote', ours: Uint8Array | undefined): void {
    if (this.state !== 'open') return;
    this.#by = by;
    this.ours = ours;
  }

  /** Notes the rule that the peer broke. It is told so only in a close frame that was not sent before. */
  fail(violation: ProtocolViolation): void {
    this.violation = violation;
    this.#told = this.state === 'open';
  }

  /** Goes to the next state and gives what to do on the way; nothing when the event means nothing here. */
  move(event: ClosingEvent): ClosingStep | undefined {
    const step = CLOSING_TABLE[this.state][event];
    if (step !== undefined) this.state = step.next;
    if (this.state === 'ended') this.deadline = Infinity;
    return step;
  }

  /** Does what is left when the frames are seen to. */
  act(action: TransportAction, now: number): void {
    if (action === 'await') this.deadline = now + this.#settings.limits.closeTimeoutMs;
    else if (action === 'destroy') this.destroyRequested = true;
    // @rfc 6455-5.5.1-7 6455-7.1.1-2 6455-7.1.1-3
    else this.endRequested = action === 'end' || this.#settings.role === 'server';
  }

  /** How it all ended. */
  outcome(): CloseInfo {
    if (this.violation !== undefined && this.#told) {
      // @rfc 6455-7.1.7-2
      return { code: this.violation.closeCode, reason: this.violation.message, clean: false, by: 'local' };
    }
    const { theirs } = this;
    if (theirs === undefined) return { code: CloseCode.ABNORMAL, reason: '', clean: false, by: this.#by };
    const reason = this.#settings.text.decode(theirs.reason, 0, theirs.reason.length) ?? '';
    return { code: theirs.code, reason, clean: true, by: this.#by };
  }
}
