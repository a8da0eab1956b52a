/** How much a {@link MemoryBroker} keeps. `Infinity` is no limit. */
export interface MemoryBrokerLimits {
  /** Rooms that exist at one time; one that nobody listens to gives way. Mailboxes are counted apart, and may be as many. */
  readonly rooms: number;
  readonly entriesPerRoom: number;
  /** What the entries of one room cost in memory: two bytes for each UTF-16 unit and 128 for an entry. */
  readonly bytesPerRoom: number;
  /** What the entries of all rooms cost; beyond it the room that was published to longest ago loses its log. */
  readonly bytes: number;
  readonly entryAgeMs: number;
  readonly mailEntries: number;
  readonly mailAgeMs: number;
  /** How long a room is kept that nobody listens to. */
  readonly keepMs: number;
  /** How long an id is remembered, and how many of one room. */
  readonly dedupMs: number;
  readonly dedupIds: number;
  /** How many records are kept at one time. */
  readonly records: number;
  /** After how long a node that asks for nothing counts as dead. */
  readonly nodeTtlMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The limits of a {@link MemoryBroker} that was told nothing else. */
export const MEMORY_BROKER_LIMITS: MemoryBrokerLimits = Object.freeze({
  rooms: 10_000,
  entriesPerRoom: 1000,
  bytesPerRoom: 256 * 1024,
  bytes: 64 * 1024 * 1024,
  entryAgeMs: DAY_MS,
  mailEntries: 200,
  mailAgeMs: 7 * DAY_MS,
  keepMs: 10 * MINUTE_MS,
  dedupMs: 10 * MINUTE_MS,
  dedupIds: 10_000,
  records: 100_000,
  nodeTtlMs: 15_000,
});
