import type { Duplex } from 'node:stream';
import { NOTHING } from './bytes.ts';
import type { Head } from './head.ts';
import { Link } from './link.ts';
import type { Conversation } from './model.ts';
import { openWithClient, openWithServer } from './open.ts';
import type { ServerTarget } from './opening.ts';
import { Outcome, Verdict } from './outcome.ts';
import { Player } from './player.ts';
import type { ConversationResult } from './result.ts';
import { WireRecorder } from './wire-log.ts';

/** Where a conversation is held: on a connected socket, TLS included, to a testee in one of the two roles. */
export type Place = {
  readonly socket: Duplex;
  /** Until something that should come must be there, in milliseconds. */
  readonly timeoutMs: number;
  /** Whatever comes is INFORMATIONAL. */
  readonly informational: boolean;
  /** Ends the conversation at once, as FAILED. */
  readonly signal?: AbortSignal | undefined;
} & (
  | { readonly testee: 'server'; readonly target: ServerTarget }
  | {
      readonly testee: 'client';
      /** The request, which was read already, and what came behind it. */
      readonly request: Head;
      readonly requestBytes: Uint8Array;
      readonly received?: Uint8Array;
    }
);

/**
 * Holds one conversation, from the opening handshake to the end of TCP. Never rejects: whatever the testee does, it resolves
 * in time with a result, and the socket is gone by then.
 */
export async function converse(conversation: Conversation, place: Place): Promise<ConversationResult> {
  const wire = new WireRecorder();
  const outcome = new Outcome(wire);
  const link = new Link(place.socket, wire, place.testee === 'client' ? (place.received ?? NOTHING) : NOTHING);
  const overAt = performance.now() + conversation.withinMs;
  const player = new Player({ link, outcome, timeoutMs: place.timeoutMs, overAt, testee: place.testee });
  const abort = (): void => void link.cut();
  place.signal?.addEventListener('abort', abort);
  if (place.signal?.aborted) abort();
  try {
    const setting =
      place.testee === 'server'
        ? await openWithServer(conversation.opening, place.target, player)
        : await openWithClient(conversation.opening, place, player);
    if (setting !== undefined) await player.play(conversation.steps(setting), setting);
  } catch (error) {
    outcome.conclude(
      error instanceof Verdict ? error : new Verdict('FAILED', `the case itself failed: ${String(error)}`),
    );
  } finally {
    place.signal?.removeEventListener('abort', abort);
    outcome.endedBy ??= link.end === undefined ? 'suite' : 'testee';
    await link.cut();
  }
  return outcome.result(place.informational);
}
