import type { Agreement, DeflateWish } from './deflate-terms.ts';
import type { Frame } from './frame.ts';
import type { Head } from './head.ts';
import type { Incoming, ReceivedFrame } from './incoming.ts';
import type { Behavior } from './verdict.ts';

/** Which end is tested: the suite plays the other one. */
export type Testee = 'server' | 'client';

/** A case: what the suite says to a testee that echoes every message, and what must come back. */
export interface ConformanceCase {
  /** `6.4.2`, `H.17`: the group stands before the first dot. */
  readonly number: string;
  /** The requirement in one line. */
  readonly title: string;
  /** Where it is written: `RFC 6455 §5.5`. The first one is shown with a failure. */
  readonly sections: readonly string[];
  /** Which testees it is for. */
  readonly testees: readonly Testee[];
  /** It loads the testee beyond what a stranger's server may be asked for, and runs only with `--limits`. */
  readonly needsLimits: boolean;
  /** Whatever comes is INFORMATIONAL, a testee that breaks a rule included. */
  readonly informational: boolean;
  /** Each on a connection of its own, one behind the other; the worst one counts. */
  readonly conversations: readonly Conversation[];
}

/** What happens on one connection. */
export interface Conversation {
  /** Which one of its case, where there are several; may be empty. */
  readonly name: string;
  /** What of the opening handshake is not as usual. */
  readonly opening: Opening;
  /** The steps behind the opening handshake, in order. Made anew for each run, so that large payloads live only that long. */
  steps(setting: Setting): Iterable<Step>;
  /** All of it must be over after so many milliseconds. */
  readonly withinMs: number;
}

/** What is known once the connection is open. */
export interface Setting {
  readonly testee: Testee;
  /** Must what the suite sends be masked? */
  readonly masks: boolean;
  /** What was agreed for permessage-deflate; undefined when it was not. */
  readonly deflate: Agreement | undefined;
}

/** How the opening handshake goes. Everything left out is as usual: the testee accepts, nothing is asked of it. */
export interface Opening {
  /**
   * Asks for permessage-deflate on these terms, the best first; UNIMPLEMENTED when the testee has none of them.
   * A client offers all, a server answers an offer with the first that it permits.
   */
  readonly deflate?: readonly DeflateWish[];
  /** The `Sec-WebSocket-Extensions` field of the suite as it is, right or wrong; an empty text leaves it out. */
  readonly extensions?: string;
  /** The head of the suite in other words: the request to a server, the response to a client. Each piece is written by itself. */
  readonly head?: (usual: Head, received: Head | undefined) => readonly HeadPiece[];
  /** What the testee must make of it. */
  readonly outcome?: OpeningOutcome;
}

/** Bytes of a head, or so many milliseconds before the next ones. */
export type HeadPiece = Uint8Array | { readonly pauseMs: number };

/** What the testee must make of an opening handshake. */
export type OpeningOutcome =
  | {
      readonly kind: 'opens';
      /** The verdict when a server refuses, where no rule forbids that; FAILED unless it says so. */
      readonly otherwise?: Behavior;
      /** Looks at the head of the testee; what it says is the failure. */
      readonly check?: (head: Head) => string | undefined;
    }
  | {
      /** A server answers with one of these status codes, or also with none and the end of TCP; a client ends TCP and sends no frame but a close. */
      readonly kind: 'refuses';
      readonly statuses: readonly number[];
      /** A server may cut the connection without an answer. */
      readonly silently: boolean;
      /** The server must end TCP behind its answer. */
      readonly ends: boolean;
      readonly check?: (head: Head) => string | undefined;
      /** The verdict when the connection opens all the same; the steps are then left out. */
      readonly otherwise: Behavior;
    }
  | {
      /** Both are right; the steps run when it opens. */
      readonly kind: 'either';
      readonly statuses: readonly number[];
      readonly check?: (head: Head) => string | undefined;
    };

/** One thing that the suite does or waits for. */
export type Step = SendStep | PauseStep | ExpectStep | EndStep | CustomStep;

/** The suite writes frames, or bytes as they are. */
export interface SendStep {
  readonly kind: 'send';
  readonly parts: readonly (Frame | Uint8Array)[];
  /** All in one write, a write for each part, writes of so many bytes each, or two with a pause between them. */
  readonly writes: 'together' | 'each' | number | { readonly cutAt: number };
}

/** For so many milliseconds nothing may come; it is over at once when the connection ends. */
export interface PauseStep {
  readonly kind: 'pause';
  readonly ms: number;
}

/** What must come next. Pings of the testee are answered and passed over. */
export interface ExpectStep {
  readonly kind: 'expect';
  readonly expected: Expected;
  /** The verdict when the testee fails the connection instead, where that is permitted. */
  readonly otherwise: Behavior | undefined;
  /** Undefined for the timeout of the run. */
  readonly withinMs: number | undefined;
}

/** Something that a testee may send. */
export type Expected =
  | {
      readonly kind: 'message';
      readonly opcode: number;
      readonly payload: Uint8Array;
      /** Looks at the frames of the message as they came; what it says is the failure. */
      readonly check?: (frames: readonly ReceivedFrame[]) => string | undefined;
    }
  | { readonly kind: 'ping' | 'pong'; readonly payload: Uint8Array }
  | {
      /** One for each ping, in their order; when only the last of them is answered, that is NON-STRICT (RFC 6455 §5.5.3). */
      readonly kind: 'pongs';
      readonly payloads: readonly Uint8Array[];
    };

/** The testee must end the connection now, and send nothing else any more. */
export interface EndStep {
  readonly kind: 'end';
  /** The close codes that it may give; none at all is always right. */
  readonly codes: readonly number[];
  /** It must answer or send a close frame; otherwise the end of TCP will do. */
  readonly clean: boolean;
  readonly withinMs: number | undefined;
  /** When it goes on instead, this is the verdict and the next step comes. Undefined: then it failed. */
  readonly otherwise: Behavior | undefined;
}

/** Something that the other steps cannot say. */
export interface CustomStep {
  readonly kind: 'custom';
  /** What must happen, for people. */
  readonly expected: string;
  run(talk: Talk): Promise<void>;
}

/** What a {@link CustomStep} can do. All but `write` reject when the conversation has failed. */
export interface Talk {
  readonly setting: Setting;
  /** Writes bytes as they are; resolves when the next ones can be written, with false when the connection has ended. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Writes frames together. */
  send(...frames: readonly Frame[]): Promise<boolean>;
  /** The next thing that comes, pings of the testee included; undefined when nothing came in time. */
  next(withinMs?: number): Promise<Incoming | undefined>;
  /** Lowers the verdict to this one, with a reason. */
  note(behavior: Behavior, reason: string): void;
  /** Ends the conversation as FAILED. */
  fail(reason: string, got?: string): never;
}
