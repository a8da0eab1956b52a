import { NOTHING, utf8 } from './bytes.ts';
import { close, type Frame, OPCODE } from './frame.ts';
import type {
  ConformanceCase,
  Conversation,
  CustomStep,
  EndStep,
  Expected,
  ExpectStep,
  Opening,
  PauseStep,
  SendStep,
  Setting,
  Step,
  Talk,
  Testee,
} from './model.ts';
import type { Behavior } from './verdict.ts';

/** Until a conversation must be over, unless it says otherwise. */
const CONVERSATION_MS = 60_000;

/** What of a case is not as usual: for both testees, no `--limits`, an ordinary opening handshake. */
export interface CaseOptions {
  readonly testees?: readonly Testee[];
  readonly needsLimits?: boolean;
  readonly informational?: boolean;
  readonly opening?: Opening;
  readonly withinMs?: number;
}

/** A case with one conversation. */
export function defineCase(
  number: string,
  title: string,
  sections: readonly string[],
  steps: (setting: Setting) => Iterable<Step>,
  options: CaseOptions = {},
): ConformanceCase {
  return defineCases(number, title, sections, [conversation(steps, options)], options);
}

/** A case with several conversations, each on a connection of its own. */
export function defineCases(
  number: string,
  title: string,
  sections: readonly string[],
  conversations: readonly Conversation[],
  { testees = ['server', 'client'], needsLimits = false, informational = false }: CaseOptions = {},
): ConformanceCase {
  return { number, title, sections, testees, needsLimits, informational, conversations };
}

/** A conversation: an ordinary opening handshake, then these steps. */
export function conversation(
  steps: (setting: Setting) => Iterable<Step>,
  { opening = {}, withinMs = CONVERSATION_MS, name = '' }: CaseOptions & { readonly name?: string } = {},
): Conversation {
  return { name, opening, steps, withinMs };
}

/** Frames in one write; bytes go as they are. */
export function send(...parts: readonly (Frame | Uint8Array)[]): SendStep {
  return { kind: 'send', parts, writes: 'together' };
}

/** Frames with a write for each. */
export function sendEach(...parts: readonly (Frame | Uint8Array)[]): SendStep {
  return { kind: 'send', parts, writes: 'each' };
}

/** Frames in writes of so many bytes. */
export function sendChopped(octets: number, ...parts: readonly (Frame | Uint8Array)[]): SendStep {
  return { kind: 'send', parts, writes: octets };
}

/** Frames in two writes, with a pause of a few milliseconds behind so many bytes. */
export function sendCut(cutAt: number, ...parts: readonly (Frame | Uint8Array)[]): SendStep {
  return { kind: 'send', parts, writes: { cutAt } };
}

/** Nothing may come for so long. */
export function pause(ms: number): PauseStep {
  return { kind: 'pause', ms };
}

/** What must come next; with `otherwise`, the verdict when the testee fails the connection instead. */
export function expectNext(
  expected: Expected,
  { otherwise, withinMs }: { readonly otherwise?: Behavior; readonly withinMs?: number } = {},
): ExpectStep {
  return { kind: 'expect', expected, otherwise, withinMs };
}

/** The text message that must come next. */
export function echoText(payload: string | Uint8Array, options?: Parameters<typeof expectNext>[1]): ExpectStep {
  return expectNext({ kind: 'message', opcode: OPCODE.TEXT, payload: bytesOf(payload) }, options);
}

/** The binary message that must come next. */
export function echoBinary(payload: string | Uint8Array, options?: Parameters<typeof expectNext>[1]): ExpectStep {
  return expectNext({ kind: 'message', opcode: OPCODE.BINARY, payload: bytesOf(payload) }, options);
}

/** The pong that must come next. */
export function answerPong(
  payload: string | Uint8Array = NOTHING,
  options?: Parameters<typeof expectNext>[1],
): ExpectStep {
  return expectNext({ kind: 'pong', payload: bytesOf(payload) }, options);
}

/** The pongs that must come next. */
export function answerPongs(...payloads: readonly (string | Uint8Array)[]): ExpectStep {
  return expectNext({ kind: 'pongs', payloads: payloads.map(bytesOf) });
}

/** The suite starts the closing handshake with 1000, and the testee must finish it. */
export function closes(): Step[] {
  return [send(close(1000)), answersClose(1000)];
}

/** The testee must answer the close frame that was sent before: with one of these codes or with none. */
export function answersClose(...codes: readonly number[]): EndStep {
  return { kind: 'end', codes, clean: true, withinMs: undefined, otherwise: undefined };
}

/** The testee must fail the connection (RFC 6455 §7.1.7): with one of these codes, with none, or by the end of TCP alone. */
export function fails(...codes: readonly number[]): EndStep {
  return { kind: 'end', codes, clean: false, withinMs: undefined, otherwise: undefined };
}

/** The testee should fail the connection within so long; when it waits for more, that is NON-STRICT and the next step comes. */
export function failsAtOnce(withinMs: number, ...codes: readonly number[]): EndStep {
  return { kind: 'end', codes, clean: false, withinMs, otherwise: 'NON-STRICT' };
}

/** Something that the other steps cannot say; `expected` says it to people. */
export function custom(expected: string, run: (talk: Talk) => Promise<void>): CustomStep {
  return { kind: 'custom', expected, run };
}

function bytesOf(payload: string | Uint8Array): Uint8Array {
  return typeof payload === 'string' ? utf8(payload) : payload;
}
