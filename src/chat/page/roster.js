import { isSameName } from './text.js';

/** @import { Conversation } from './talk-types.ts' */
/** @import { Moderation, Presence, Who } from './wire-types.ts' */

/**
 * Takes over who came and went.
 *
 * @param {Conversation} conversation
 * @param {Presence} message
 * @param {string} self the user of this page
 * @returns {{ came: string[], went: string[] }} the names of others that are worth a line
 */
export function applyPresence(conversation, { count, joined, left }, self) {
  const { members } = conversation;
  conversation.count = count;
  // A room in which so many are that they are only counted names nobody.
  const isListed = joined.length + left.length > 0;
  if (!isListed) conversation.members = undefined;
  for (const { user } of left) members?.delete(user);
  for (const person of joined) members?.set(person.user, person);
  const others = (/** @type {Presence['joined']} */ people) =>
    people.filter(({ user }) => user !== self).map(({ username }) => username);
  return { came: others(joined), went: others(left) };
}

/** @type {(conversation: Conversation, answer: Who, self: string) => void} takes over who is there, with their roles */
export function applyWho(conversation, { count, members }, self) {
  conversation.count = count;
  conversation.members = count > members.length ? undefined : new Map(members.map((one) => [one.user, one]));
  const own = members.find(({ user }) => user === self)?.role;
  // Whoever moderates every room is its owner here without being listed as one.
  if (own && conversation.role !== 'owner') conversation.role = own;
}

/** @type {(conversation: Conversation, note: Moderation, ownName: string) => void} takes over what a moderator changed */
export function applyRules(conversation, { action, username, everyMs, on }, ownName) {
  if (action === 'slow') conversation.slowMs = everyMs ?? 0;
  if (action === 'private') conversation.isPrivate = on;
  if (action !== 'promote' && action !== 'demote') return;
  const role = action === 'promote' ? 'moderator' : 'member';
  // In a room of too many to be listed, too. Whoever moderates every room stays what nobody in the room made them.
  if (isSameName(username, ownName) && conversation.role !== 'owner') conversation.role = role;
  for (const person of conversation.members?.values() ?? []) {
    if (isSameName(person.username, username)) conversation.members?.set(person.user, { ...person, role });
  }
}
