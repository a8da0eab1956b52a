import { actionsOnPerson, actionsOnRoom } from './actions.js';
import { createHelp } from './help.js';
import { createSheet } from './sheet.js';

/** @import { Conversation, Line } from './talk-types.ts' */
/** @import { Person } from './wire-types.ts' */

/**
 * The sheets that open at a message, a person and a room.
 *
 * @param {{
 *   current: () => Conversation | undefined,
 *   moderate: (message: { type: string } & Record<string, unknown>) => void,
 *   writeTo: (name: string) => void,
 *   join: (room: string) => void,
 *   leave: (conversation: Conversation) => void,
 * }} doings
 */
export function createMenus({ current, moderate, writeTo, join, leave }) {
  const sheet = createSheet();
  /** @type {(conversation: Conversation) => typeof moderate} */
  const moderateIn =
    ({ key }) =>
    (message) =>
      moderate({ room: key, ...message });

  return {
    help: () => sheet.show('Help', createHelp(), []),
    close: sheet.close,

    /** @type {(line: Extract<Line, { kind: 'said' }>) => void} */
    message(line) {
      const here = current();
      if (!here) return;
      const run = () => moderate({ type: 'redact', room: here.key, seq: line.seq });
      const mayRedact = line.own || here.role !== 'member';
      const person = here.members?.get(line.user) ?? { username: line.name, role: undefined };
      sheet.show(
        line.own ? 'Your message' : line.name,
        [],
        [
          ...(mayRedact ? [{ label: 'Take this message back', isGrave: true, run }] : []),
          ...(line.own ? [] : actionsOnPerson(here, person, { moderate: moderateIn(here), writeTo })),
        ],
      );
    },

    /** @type {(person: Person) => void} */
    person(person) {
      const here = current();
      if (!here) return;
      sheet.show(person.username, [], actionsOnPerson(here, person, { moderate: moderateIn(here), writeTo }));
    },

    room() {
      const here = current();
      if (!here) return;
      const actions = actionsOnRoom(here, {
        moderate: moderateIn(here),
        leave: () => leave(here),
        rejoin: () => join(here.key),
      });
      sheet.show(here.isRoom ? `#${here.name}` : here.name, [], actions);
    },
  };
}
