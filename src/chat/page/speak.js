import { readCommand } from './commands.js';

/** @import { Conversation } from './talk-types.ts' */

/** @type {(conversation: Conversation) => string} what messages to it are addressed to */
export const addressOf = ({ isRoom, name }) => (isRoom ? name : `@${name}`);

/** @type {(conversation: Conversation | undefined, text: string, id: string) => string} the JSON that says a text there */
export const payloadFor = (conversation, text, id) => {
  const { isRoom = true, name } = conversation ?? {};
  return JSON.stringify({
    ...(isRoom ? { type: 'message', room: name } : { type: 'direct', to: name }),
    message: text,
    id,
  });
};

/**
 * Does what a text asks for that was written into a conversation: to be said, or something else.
 *
 * @param {{
 *   current: () => Conversation | undefined,
 *   say: (to: string, text: string) => void,
 *   writeTo: (name: string) => void,
 *   join: (room: string, isPrivate: boolean) => void,
 *   leave: (conversation: Conversation) => void,
 *   moderate: (message: { type: string } & Record<string, unknown>) => void,
 *   show: (what: 'help' | 'who' | 'rooms') => void,
 * }} doings
 * @returns {(text: string) => string} gives what is wrong, or the empty string
 */
export function createSpeaker({ current, say, writeTo, join, leave, moderate, show }) {
  return (text) => {
    const here = current();
    const command = readCommand(text);
    if (typeof command === 'string') return command;
    if (!here) return 'You are in no room.';
    switch (command.kind) {
      case 'say':
        if (here.isRoom && !here.isIn) return 'You are not in this room. “Room…” above lets you join it again.';
        say(addressOf(here), command.text);
        return '';
      case 'direct':
        writeTo(command.name);
        if (command.text !== '') say(`@${command.name}`, command.text);
        return '';
      case 'join':
        join(command.room, command.isPrivate);
        return '';
      case 'leave':
        leave(here);
        return '';
      case 'moderate':
        if (!here.isRoom) return 'This is a command for rooms.';
        moderate({ room: here.key, ...command.message });
        return '';
      default:
        show(command.kind);
        return '';
    }
  };
}
