/** What bounds an inspector, whatever passes through it. */
export const INSPECTOR_LIMITS: Readonly<{
  /** Of one frame on the wire; the rest is counted, not kept. */
  keptFrameBytes: number;
  /** Of a joined message, to be shown. */
  keptMessageBytes: number;
  /** Of a compressed message, to be inflated; longer ones are not. */
  compressedBytes: number;
  /** Of what a compressed message becomes. */
  inflatedBytes: number;
  /** Client bytes held back until the answer tells what they are. */
  earlyBytes: number;
  /** Pings of one end that wait for their pong. */
  pendingPings: number;
  /** Entries that are kept for exports and for pages that open later. */
  journalEntries: number;
  /** What they take, in bytes. */
  journalBytes: number;
  /** The shortest time between two batches for the page, in milliseconds. */
  batchMs: number;
  /** Frames of one batch beside those that are always shown. */
  batchFrames: number;
  /** Violations, control frames, heads and ends of one batch. */
  batchAlways: number;
  /** Bytes of the frames of one batch. */
  batchBytes: number;
  /** Entries that a page gets when it opens. */
  snapshotEntries: number;
  /** What these take at most, in bytes. */
  snapshotBytes: number;
  /** Relayed connections at a time. */
  connections: number;
  /** For the target to accept a connection, TLS included, in milliseconds. */
  connectMs: number;
  /** For a client to send its request, and for the target to answer it, in milliseconds. */
  headMs: number;
  /** Recorded bytes that wait for the disk; beyond them recording ends. */
  recordBacklogBytes: number;
}> = Object.freeze({
  keptFrameBytes: 4 * 1024,
  keptMessageBytes: 4 * 1024,
  compressedBytes: 256 * 1024,
  inflatedBytes: 1024 * 1024,
  earlyBytes: 64 * 1024,
  pendingPings: 64,
  journalEntries: 20_000,
  journalBytes: 32 * 1024 * 1024,
  batchMs: 50,
  batchFrames: 50,
  batchAlways: 200,
  batchBytes: 128 * 1024,
  snapshotEntries: 500,
  snapshotBytes: 1024 * 1024,
  connections: 1_000,
  connectMs: 10_000,
  headMs: 30_000,
  recordBacklogBytes: 64 * 1024 * 1024,
});
