/**
 * Rooms without sockets: members, ordered delivery that encodes once, limits, rate limits and batched announcements.
 * Nothing here reads a clock, sets a timer or knows JSON: time and encoding are handed in.
 */
export type { AnnouncementLimits, Announcements } from './announcement-batch.ts';
export { ANNOUNCEMENT_LIMITS, AnnouncementBatch } from './announcement-batch.ts';
export type {
  Attendance,
  Broker,
  BrokerEvents,
  BrokerRefusal,
  BrokerState,
  Founding,
  Publication,
  Published,
  RecordCondition,
  RecordResult,
  Refused,
  RoomList,
  RulesRecord,
  Subscription,
  Survey,
} from './broker.ts';
export type {
  DeliveryCount,
  DeliveryStatus,
  DeliveryTotals,
  Lasting,
  RoomMember,
  RoomPorts,
} from './delivery.ts';
export type { NodeTotals } from './delivery-totals.ts';
export type { Eventual } from './eventual.ts';
export { whenReady } from './eventual.ts';
export { KeyedBuckets } from './keyed-buckets.ts';
export type { RoomLimits } from './limits.ts';
export { ROOM_LIMITS, resolveLimits } from './limits.ts';
export type { Bookmark, Entry, EntryKind, Head, Page, Position, ReadRange } from './log.ts';
export type { SlowPolicy } from './member-queue.ts';
export { QUEUE_LIMITS } from './member-queue.ts';
export type { MemoryBrokerPorts } from './memory-broker.ts';
export { MemoryBroker } from './memory-broker.ts';
export type { MemoryBrokerLimits } from './memory-limits.ts';
export { MEMORY_BROKER_LIMITS } from './memory-limits.ts';
export { PREPARED_LIMITS } from './prepared-entries.ts';
export type { Attendee, PresenceChange, PresenceOfNode } from './presence.ts';
export { PRESENCE_LIMITS } from './presence-batch.ts';
export type { UserChange } from './presence-view.ts';
export type { Room } from './room.ts';
export type {
  ActRefused,
  EntryRefusal,
  HistoryUpTo,
  Joined,
  JoinRequest,
  RoomEvent,
  RoomNodeOptions,
  RoomNodePorts,
  Utterance,
} from './room-events.ts';
export { FEED_LIMITS } from './room-feed.ts';
export type { JoinRefusal, JoinResult } from './room-hub.ts';
export { RoomHub } from './room-hub.ts';
export { RoomNode } from './room-node.ts';
export type { Role, RoomRules, RuleAction, RuleRefusal, RuleRefused } from './room-rules.ts';
export {
  foundRules,
  moderate,
  outranks,
  paceOf,
  RULES_LIMITS,
  refuseEntry,
  refuseSpeech,
  roleOf,
} from './room-rules.ts';
export { decodeRules, encodeRules } from './rules-text.ts';
export { SlidingCount } from './sliding-count.ts';
export type { TokenBucketOptions } from './token-bucket.ts';
export { TokenBucket } from './token-bucket.ts';
