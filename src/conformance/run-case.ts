import { converse } from './converse.ts';
import { dial } from './dial.ts';
import type { ConformanceCase, Conversation } from './model.ts';
import type { ServerTarget } from './opening.ts';
import { Outcome, Verdict } from './outcome.ts';
import type { CaseResult, ConversationResult } from './result.ts';
import { type CaseVerdict, worseBehavior, worseClose } from './verdict.ts';
import { WireRecorder } from './wire-log.ts';

/** How a case is run. */
export interface RunCaseOptions {
  /** Until something that should come must be there, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

/** Holds the conversations of a case with a server, one behind the other, until one has failed, and puts their results together. */
export async function runCaseOnServer(
  one: ConformanceCase,
  target: ServerTarget,
  options: RunCaseOptions,
): Promise<CaseResult> {
  const { number, title, sections, conversations } = one;
  let worst: { readonly result: ConversationResult; readonly name: string } | undefined;
  let held = 0;
  let durationMs = 0;
  for (const conversation of conversations) {
    const result = await talkToServer(one, conversation, target, options);
    held++;
    durationMs += result.durationMs;
    if (worst === undefined || isWorse(result, worst.result)) worst = { result, name: conversation.name };
    if (result.behavior === 'FAILED') break;
  }
  if (worst === undefined) throw new RangeError(`case ${number} has no conversation`);
  return { ...worst.result, number, title, sections, conversation: worst.name, conversations: held, durationMs };
}

/** The worse one of two: by what the testee did, then by how the connection ended; the second when they are alike. */
export function worseOf<Result extends CaseVerdict>(one: Result, other: Result): Result {
  return isWorse(one, other) ? one : other;
}

function isWorse(one: CaseVerdict, other: CaseVerdict): boolean {
  if (one.behavior !== other.behavior) return worseBehavior(one.behavior, other.behavior) === one.behavior;
  return (
    one.behaviorClose !== other.behaviorClose &&
    worseClose(one.behaviorClose, other.behaviorClose) === one.behaviorClose
  );
}

async function talkToServer(
  { informational }: ConformanceCase,
  conversation: Conversation,
  target: ServerTarget,
  { timeoutMs, signal }: RunCaseOptions,
): Promise<ConversationResult> {
  try {
    const socket = await dial(target, timeoutMs);
    return await converse(conversation, { testee: 'server', target, socket, timeoutMs, informational, signal });
  } catch (error) {
    const outcome = new Outcome(new WireRecorder());
    outcome.conclude(new Verdict('FAILED', 'the server takes no connection', { got: (error as Error).message }));
    return outcome.result(false);
  }
}
