/** The shapes of objects within messages. */

/** Up to where somebody has read a log. */
export const PLACE_SHAPE = { epoch: 'epoch', seq: 'seq', timestamp: 'time?' } as const;

/** Up to where somebody has read a room. */
export const ROOM_PLACE_SHAPE = { room: 'room', epoch: 'epoch', seq: 'seq', timestamp: 'time?' } as const;

/** Somebody. */
export const PERSON_SHAPE = { user: 'user', username: 'name', role: 'role?' } as const;

/** A room in the list of rooms. */
export const ROOM_SHAPE = { room: 'room', count: 'count' } as const;

/** What a client may do, in figures. */
export const LIMITS_SHAPE = {
  messageBytes: 'count',
  textBytes: 'count',
  rooms: 'count',
  historyPage: 'count',
} as const;
