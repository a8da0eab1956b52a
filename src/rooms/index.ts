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
export type { DeliveryCount, DeliveryStatus, RoomMember, RoomPorts } from './delivery.ts';
export type { Eventual } from './eventual.ts';
export { whenReady } from './eventual.ts';
export type { RoomLimits } from './limits.ts';
export { ROOM_LIMITS, resolveLimits } from './limits.ts';
export type { Entry, EntryKind, Head, Page, Position, ReadRange } from './log.ts';
export type { Attendee, PresenceChange, PresenceOfNode } from './presence.ts';
export type { Room } from './room.ts';
export type { JoinRefusal, JoinResult } from './room-hub.ts';
export { RoomHub } from './room-hub.ts';
export { SlidingCount } from './sliding-count.ts';
export type { TokenBucketOptions } from './token-bucket.ts';
export { TokenBucket } from './token-bucket.ts';
