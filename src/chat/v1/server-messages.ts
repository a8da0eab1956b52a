/** Every message from the server: its fields, and what it means. Types, checks and the page about the protocol are made of it. */
export const SERVER_MESSAGES = {
  welcome: {
    fields: {
      version: 'version',
      user: 'user',
      username: 'maybeName',
      session: 'key',
      resumed: 'flag',
      limits: 'limits',
      state: 'state',
      inbox: 'place',
      expiresAt: 'time?',
    },
    about:
      'Who you are. `session` is the secret with which you come back after a lost connection; `resumed` says whether you just did. `inbox` is the end of your mailbox; `expiresAt` that of your token.',
  },
  joined: {
    fields: {
      room: 'room',
      epoch: 'epoch',
      seq: 'seq',
      recovered: 'flag?',
      history: 'log',
      first: 'seq',
      count: 'count',
      members: 'people?',
      role: 'role',
      owner: 'user?',
      private: 'flag',
      slowMs: 'pace',
      id: 'id?',
    },
    about:
      'You are in the room, and have it up to `seq`: what comes later follows. After `epoch` and `seq` in your request, `recovered` says whether exactly what you missed follows; if it is false, forget what you had, `history` is the latest. `first` is the oldest `seq` that is kept. `members` is missing in rooms of more than 100 users; `role` is what you may do, theirs what they may.',
  },
  left: { fields: { room: 'room', reason: 'leaving', id: 'id?' }, about: 'You are out of the room.' },
  message: {
    fields: {
      room: 'room',
      epoch: 'epoch',
      seq: 'seq',
      user: 'user',
      username: 'name',
      message: 'text?',
      redacted: 'yes?',
      timestamp: 'time',
      id: 'id?',
    },
    about: 'Somebody said this. With `redacted` in place of `message` it was taken back.',
  },
  redact: {
    fields: {
      room: 'room',
      epoch: 'epoch',
      seq: 'seq',
      target: 'seq',
      user: 'user',
      timestamp: 'time',
    },
    about: 'The message `target` was taken back by `user`: forget its text.',
  },
  moderation: {
    fields: {
      room: 'room',
      epoch: 'epoch',
      seq: 'seq',
      action: 'action',
      by: 'name',
      username: 'name?',
      forMs: 'span?',
      everyMs: 'pace?',
      on: 'flag?',
      reason: 'reason?',
      timestamp: 'time',
    },
    about: 'What a moderator did. After `promote` and `demote` the `role` of `username` is another one.',
  },
  ack: {
    fields: { id: 'id', epoch: 'epoch', seq: 'seq', room: 'room?', to: 'name?', duplicate: 'yes?' },
    about: 'What you sent under `id` is kept, at this place; with `duplicate` it was so before.',
  },
  presence: {
    fields: { room: 'room', count: 'count', joined: 'people?', left: 'people?' },
    about: 'Who came, in which `role`, and who went, by user, at most every 100 ms. Above 100 users only `count`.',
  },
  typing: {
    fields: { room: 'room', user: 'user', username: 'name', on: 'flag' },
    about: 'Somebody is writing, or no longer. Forget it after 6 s without a further one.',
  },
  direct: {
    fields: {
      epoch: 'epoch',
      seq: 'seq',
      user: 'user',
      from: 'name',
      to: 'name',
      message: 'text?',
      redacted: 'yes?',
      timestamp: 'time',
      id: 'id?',
    },
    about: 'Somebody said this to you, or you to somebody. `epoch` and `seq` are those of your mailbox.',
  },
  history: {
    fields: {
      room: 'room?',
      inbox: 'yes?',
      epoch: 'epoch',
      first: 'seq',
      messages: 'log',
      more: 'flag',
      id: 'id?',
    },
    about: 'Entries in the order of their `seq`. `more` says whether older ones are kept.',
  },
  who: {
    fields: { room: 'room', count: 'count', members: 'people', id: 'id?' },
    about: 'Who is in the room: how many in all, and up to 100 of them with their roles.',
  },
  rooms: {
    fields: { rooms: 'rooms', next: 'room?', id: 'id?' },
    about: 'Public rooms, at most 100 in the order of their names. Ask again with `after` equal to `next`.',
  },
  reset: {
    fields: {
      room: 'room?',
      inbox: 'yes?',
      epoch: 'epoch',
      seq: 'seq',
      first: 'seq',
      history: 'log',
      recovered: 'never',
    },
    about: 'The log was lost in part. Forget what you had of this room or mailbox; `history` is the latest.',
  },
  missed: {
    fields: { room: 'room?', inbox: 'yes?', epoch: 'epoch', from: 'seq', to: 'seq' },
    about: 'You were too slow for these. Fetch them with `history`.',
  },
  state: {
    fields: { state: 'state' },
    about: 'While `degraded`, messages are refused with `unavailable` rather than lost. It ends by itself.',
  },
  expiring: {
    fields: { inMs: 'wait' },
    about: 'Your token ends so soon, and then this connection with 4401. Send `renew`.',
  },
  renewed: { fields: { expiresAt: 'time', id: 'id?' }, about: 'The new token holds.' },
  bye: {
    fields: { retryAfterMs: 'wait', reason: 'sentence' },
    about: 'The server goes down and closes with 1001. Come back after this time.',
  },
  pong: { fields: { timestamp: 'time', id: 'id?' }, about: 'The answer to `ping`.' },
  error: {
    fields: { code: 'code', message: 'sentence', id: 'id?', room: 'room?', retryAfterMs: 'wait?' },
    about: 'What you sent was refused; `message` says what to do. The connection lives on.',
  },
} as const;
