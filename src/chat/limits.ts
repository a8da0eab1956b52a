/** The figures of the chat, all inclusive. */
export interface ChatLimits {
  /** The longest WebSocket message from a client, in bytes; above it the connection closes with 1009. */
  readonly maxMessageBytes: number;
  /** The longest text that one chat message carries, in bytes of UTF-8. */
  readonly textBytes: number;
  /** The longest username, in code points after normalisation. */
  readonly nameCodePoints: number;
  /** How deep JSON may nest; the message object itself is level 1. */
  readonly jsonDepth: number;
  /** This many refusals within `refusalSpanMs` close the connection with 1008. */
  readonly refusals: number;
  readonly refusalSpanMs: number;
  /** The most usernames that one batched announcement lists. */
  readonly announcedNames: number;
  /** Bytes queued for one connection above which its own messages wait. */
  readonly highWaterBytes: number;
  /** Bytes queued for one connection above which it is given up. */
  readonly sendQueueBytes: number;
  /** The longest token, in bytes. */
  readonly tokenBytes: number;
  /** The longest reason of a moderator, in bytes of UTF-8. */
  readonly reasonBytes: number;
  /** The most entries of one page of history, rooms of one page of the list, and users of one answer to `who`. */
  readonly historyPage: number;
  /** The slowest slow mode: this long between two messages of one user. */
  readonly slowModeMs: number;
}

/** The limits of every chat. */
export const CHAT_LIMITS: ChatLimits = Object.freeze({
  maxMessageBytes: 16 * 1024,
  textBytes: 4 * 1024,
  nameCodePoints: 32,
  jsonDepth: 4,
  refusals: 50,
  refusalSpanMs: 10_000,
  announcedNames: 100,
  highWaterBytes: 256 * 1024,
  sendQueueBytes: 1024 * 1024,
  tokenBytes: 8 * 1024,
  reasonBytes: 256,
  historyPage: 100,
  slowModeMs: 3_600_000,
});
