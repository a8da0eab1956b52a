import { COMMANDS } from './commands.js';
import { create } from './dom.js';

/** @type {(heading: string, about: 'chat' | 'room') => HTMLElement[]} */
const section = (heading, about) => {
  const list = create('dl', 'commands');
  for (const { about: belongs, usage, what } of COMMANDS) {
    if (belongs === about) list.append(create('dt', '', create('code', '', usage)), create('dd', '', what));
  }
  return [create('h3', '', heading), list];
};

/** What to know about the chat, for the sheet. @type {() => HTMLElement[]} */
export const createHelp = () => [
  create('p', '', 'Enter sends, Shift and Enter break the line. A text that begins with / is a command:'),
  ...section('For everybody', 'chat'),
  ...section('For moderators and the owner of a room', 'room'),
];
