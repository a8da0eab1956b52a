/** @import { Action, Conversation } from './talk-types.ts' */
/** @import { Person } from './wire-types.ts' */

const RANK = { owner: 2, moderator: 1, member: 0 };

/** @typedef {{ moderate: (message: Record<string, unknown> & { type: string }) => void, writeTo: (name: string) => void }} Doings */

/**
 * What can be done about somebody.
 *
 * @param {Conversation} conversation where
 * @param {Pick<Person, 'username' | 'role'>} person
 * @param {Doings} doings
 * @returns {Action[]}
 */
export function actionsOnPerson({ role, isRoom }, { username, role: theirs = 'member' }, { moderate, writeTo }) {
  /** @type {(label: string, message: Record<string, unknown> & { type: string }, isGrave?: boolean) => Action} */
  const act = (label, message, isGrave = true) => ({
    label,
    isGrave,
    run: () => moderate({ ...message, username }),
  });
  /** @type {Action[]} */
  const actions = [{ label: 'Write to them alone', run: () => writeTo(username) }];
  if (!isRoom || RANK[role] <= RANK[theirs]) return actions;
  actions.push(
    act('Mute for 10 minutes', { type: 'mute', forMs: 600_000 }),
    act('Let them write again', { type: 'unmute' }, false),
    act('Put out of the room', { type: 'kick' }),
    act('Ban for an hour', { type: 'ban', forMs: 3_600_000 }),
    act('Ban for good', { type: 'ban' }),
  );
  if (role === 'owner') {
    if (theirs === 'moderator') actions.push(act('Make them a member again', { type: 'demote' }, false));
    else actions.push(act('Make them a moderator', { type: 'promote' }, false));
  }
  return actions;
}

/**
 * What can be done about a room.
 *
 * @param {Conversation} conversation
 * @param {{ moderate: Doings['moderate'], leave: () => void, rejoin: () => void }} doings
 * @returns {Action[]}
 */
export function actionsOnRoom({ isRoom, isIn, role, slowMs, isPrivate, name }, { moderate, leave, rejoin }) {
  if (!isRoom) return [{ label: 'Close this conversation', run: leave }];
  if (!isIn) {
    return [
      { label: `Join #${name} again`, run: rejoin },
      { label: 'Take it off the list', run: leave },
    ];
  }
  /** @type {Action[]} */
  const actions = [];
  if (role !== 'member') {
    for (const [label, everyMs] of /** @type {[string, number][]} */ ([
      ['Slow mode: a message every 10 seconds', 10_000],
      ['Slow mode: a message every minute', 60_000],
      ['End slow mode', 0],
    ])) {
      if (everyMs !== slowMs) actions.push({ label, run: () => moderate({ type: 'slow', everyMs }) });
    }
    const label = isPrivate ? 'Make the room public' : 'Make the room private';
    actions.push({ label, run: () => moderate({ type: 'private', on: !isPrivate }) });
  }
  actions.push({ label: `Leave #${name}`, isGrave: true, run: leave });
  return actions;
}
