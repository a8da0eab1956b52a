import type { ChatErrorCode } from './errors.ts';

/** What the chat of a node has done since it was made. */
export class ChatCounters {
  /** Refusals by their code. */
  readonly refusals: Map<ChatErrorCode, number> = new Map();
  sessionsOpened = 0;
  sessionsResumed = 0;
  sessionsTakenOver = 0;
  /** Messages that a room or a mailbox took, and those that it had already. */
  published = 0;
  duplicates = 0;
  /** Connections that were refused for want of a valid token or ticket. */
  unauthorized = 0;

  /** Counts a refusal. */
  refused(code: ChatErrorCode): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}
