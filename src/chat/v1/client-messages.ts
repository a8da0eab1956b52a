/**
 * Every message from a client: its fields, and what it asks for. Types, checks and the page about the protocol are made of it.
 * All of them may carry `id` besides, which `ack`, `error` and `pong` repeat.
 */
export const CLIENT_MESSAGES = {
  hello: {
    fields: { username: 'name?', session: 'key?', rooms: 'roomPlaces?', inbox: 'place?' },
    about:
      'Begins. With the `session` of an earlier `welcome` it goes on with that one: the same user and name, and its former connection is closed with 4409. `rooms` and `inbox` say up to where you have read; the `timestamp` of that entry, which may be left out, shows whether it is still the same one. Answer: `welcome`, then `joined` for each of `rooms`. May be left out: any other first message counts as an empty `hello` before it.',
  },
  join: {
    fields: {
      room: 'room?',
      username: 'name?',
      private: 'flag?',
      history: 'history?',
      epoch: 'epoch?',
      seq: 'seq?',
      timestamp: 'time?',
    },
    about:
      'Enters `room` (else `lobby`), which is made if nobody is in it; with `private` as one that only invited users enter. The first join needs `username` unless you have a name. With `epoch` and `seq` (and `timestamp`, as in `hello`) you get what came after, else the last `history` entries (50). Answer: `joined`.',
  },
  leave: { fields: { room: 'room?' }, about: 'Leaves the room. Answer: `left`.' },
  message: {
    fields: { message: 'text', room: 'room?' },
    about:
      'Says something. Everybody in the room hears `message`, you too. With `id` you get `ack` once it is kept; the same `id` again within ten minutes changes nothing and costs nothing.',
  },
  typing: {
    fields: { room: 'room?', on: 'flag?' },
    about: 'You are writing, or with `on: false` no longer. Others hear `typing`. It is never kept. No answer.',
  },
  direct: {
    fields: { to: 'name', message: 'text' },
    about:
      'Says something to one user, who may be away: it waits in the mailbox. All connections of both of you hear `direct`; with `id` you get `ack`.',
  },
  history: {
    fields: { room: 'room?', inbox: 'flag?', before: 'seq?', limit: 'limit?' },
    about:
      'Asks for the last `limit` entries (50) before the `seq` given in `before`, or at the end; with `inbox` of your mailbox. Answer: `history`.',
  },
  who: { fields: { room: 'room?' }, about: 'Asks who is in the room. Answer: `who`.' },
  rooms: { fields: { after: 'room?' }, about: 'Asks for public rooms, those after the name `after`. Answer: `rooms`.' },
  redact: {
    fields: { room: 'room?', seq: 'seq' },
    about:
      'Takes a message back: your own, or as a moderator anybody’s. Everybody hears `redact`; with `id` you get `ack`.',
  },
  kick: {
    fields: { room: 'room?', username: 'name', reason: 'reason?' },
    about: 'Puts somebody out of the room, who may come back. Everybody hears `moderation`.',
  },
  ban: {
    fields: { room: 'room?', username: 'name', forMs: 'span?', reason: 'reason?' },
    about: 'Puts somebody out and keeps them out, for `forMs` or for good. Everybody hears `moderation`.',
  },
  unban: { fields: { room: 'room?', username: 'name' }, about: 'Ends a ban.' },
  mute: {
    fields: { room: 'room?', username: 'name', forMs: 'span?', reason: 'reason?' },
    about: 'Somebody may read, but not write, for `forMs` or for good. Everybody hears `moderation`.',
  },
  unmute: { fields: { room: 'room?', username: 'name' }, about: 'Ends a mute.' },
  promote: { fields: { room: 'room?', username: 'name' }, about: 'Makes somebody a moderator. For the owner alone.' },
  demote: { fields: { room: 'room?', username: 'name' }, about: 'Makes a moderator a member. For the owner alone.' },
  invite: { fields: { room: 'room?', username: 'name' }, about: 'Lets somebody into a private room.' },
  uninvite: { fields: { room: 'room?', username: 'name' }, about: 'Takes an invitation back.' },
  slow: {
    fields: { room: 'room?', everyMs: 'pace' },
    about: 'Slow mode: members write at most once in `everyMs`; 0 ends it.',
  },
  private: { fields: { room: 'room?', on: 'flag' }, about: 'Makes the room private, or public again.' },
  renew: {
    fields: { token: 'token' },
    about: 'A new token of the same user, before the old one expires. Answer: `renewed`.',
  },
  ping: { fields: {}, about: 'Asks for a `pong`.' },
} as const;
