import { createChat } from './chat.js';
import { createComposer } from './composer.js';
import { keyOfPerson } from './conversation.js';
import { createCredential } from './credential.js';
import { byId } from './dom.js';
import { createDrawer } from './drawer.js';
import { createEntry } from './entry.js';
import { createEvents } from './events.js';
import { createFinder } from './finder.js';
import { createKeepsakes } from './keepsake.js';
import { createLink } from './link.js';
import { createMenus } from './menus.js';
import { createOutgoing } from './outgoing.js';
import { createPeople } from './people.js';
import { createQuestions } from './questions.js';
import { roomOfHash } from './room-name.js';
import { createSession } from './session.js';
import { createShell } from './shell.js';
import { createSidebar } from './sidebar.js';
import { createSoon } from './soon.js';
import { addressOf, createSpeaker, payloadFor } from './speak.js';
import { clock, forBrowser, forTab, isUnauthorized, newPrefix, openSocket } from './surroundings.js';
import { createTokens } from './tokens.js';
import { createTranscript } from './transcript.js';
import { createTyping } from './typing.js';
import { createTypist } from './typist.js';
import { followWindow } from './window-events.js';

/** @import { Conversation, Views } from './talk-types.ts' */
/** @import { OutgoingText, Session } from './types.ts' */

const idPrefix = newPrefix();
const credential = createCredential(isUnauthorized);
const keepsakes = createKeepsakes({ forTab, forBrowser, now: clock.now });
/** @type {readonly OutgoingText[]} */
let texts = [];
/** What to look at as soon as it is there, and the visit that this one goes on with. */
const course = { goingTo: '', visit: keepsakes.ofTab() };

const drawLists = () => {
  if (!shell.isOpen) return;
  const current = chat.current();
  sidebar.show([...chat.conversations.values()], current);
  people.show(current, chat.self);
  shell.show(current);
};
const drawOutgoing = () => {
  const current = chat.current();
  outgoing.show(current ? texts.filter(({ to }) => to === addressOf(current)) : [], session.isReady);
};
const drawTyping = () => shell.typing(typing.sentence(chat.current()?.key ?? ''));

/** @type {(conversation: Conversation, draw: () => void) => void} */
const ifCurrent = (conversation, draw) => {
  if (conversation === chat.current()) draw();
};
/** @type {Views} */
const views = {
  added: (conversation, line) => ifCurrent(conversation, () => transcript.add(line)),
  redrawn: (conversation, older) => ifCurrent(conversation, () => transcript.redraw(conversation, older)),
  changed: (conversation, line) => ifCurrent(conversation, () => transcript.change(line)),
  listed: createSoon(clock, () => drawLists()),
};

/** @type {(key: string) => void} */
const select = (key) => {
  typist.stop();
  chat.select(key);
  const current = chat.current();
  transcript.redraw(current, false);
  drawLists();
  drawOutgoing();
  drawTyping();
  composer.restore(forTab.read(`draft.${key}`));
  composer.invite(current?.isRoom === false ? `Write to ${current.name} alone` : 'Write a message');
  if (current?.isRoom && roomOfHash(location.hash) !== key) history.replaceState(null, '', `#${key}`);
  rooms.close();
  crowd.close();
  if (current) composer.focus();
};
/** @type {(room: string, isPrivate?: boolean) => void} */
const join = (room, isPrivate = false) => {
  if (chat.conversations.get(room)?.isIn) select(room);
  else {
    course.goingTo = room;
    session.join(room, isPrivate);
  }
};
/** @type {(name: string) => void} */
const writeTo = (name) => select(chat.need(keyOfPerson(name), name).key);
/** @type {(conversation: Conversation) => void} */
const leave = (conversation) => {
  if (conversation.isRoom && conversation.isIn) session.leave(conversation.key);
  else {
    chat.forget(conversation.key);
    selectAny();
  }
};
const selectAny = () => select([...chat.conversations.keys()].sort().reverse()[0] ?? '');

/** @type {(isLeaving: boolean) => void} remembers the visit for a page that is loaded anew */
const keep = (isLeaving) => {
  const keepsake = session.keepsake();
  if (!keepsake) return;
  const read = new Map(
    [...chat.conversations.values()].filter(({ isRoom }) => isRoom).map((one) => [one.key, chat.readOf(one)]),
  );
  read.set('@', keepsake.inbox?.seq ?? 0);
  keepsakes.write({ keepsake, read, current: chat.current()?.key ?? course.goingTo }, isLeaving);
};

const open = () => {
  if (shell.isOpen) return;
  entry.hide();
  shell.open(true);
  drawLists();
  transcript.toBottom();
};
/** @type {(room: string) => void} */
const close = (room) => {
  const username = forTab.read('name') || forBrowser.read('name');
  session.signOut();
  keepsakes.clear();
  course.visit = undefined;
  chat.clear();
  menus.close();
  shell.notify('');
  link.restart();
  // Who is still at the form keeps what stands in it.
  if (shell.isOpen) entry.show({ username, room });
  shell.open(false);
};

const shell = createShell(clock);
const chat = createChat({
  now: clock.now,
  views,
  isWatched: () => document.visibilityState === 'visible' && shell.isOpen,
});
/** @type {Session['ask']} */
const ask = (message, answers) => session.ask(message, answers);
const questions = createQuestions({
  session: { ask },
  chat,
  views,
  notify: shell.notify,
  onLoading: () => transcript.loading(chat.current()),
});
const menus = createMenus({ current: chat.current, moderate: questions.moderate, writeTo, join, leave });
const tokens = createTokens({
  clock,
  credential,
  session: { ask, retryNow: () => session.retryNow() },
  notify: shell.notify,
});
const link = createLink(clock, () => (tokens.isDemanded ? tokens.demand() : session.retryNow()));
const typing = createTyping(clock, drawTyping);
const typist = createTypist(clock, (room, on) => session.typing(room, on));
const transcript = createTranscript({
  now: clock.now,
  onOlder: () => questions.older(chat.current()),
  onFill: (line) => questions.fill(chat.current(), line),
  onMenu: menus.message,
  hasMenu: () => chat.current()?.isRoom === true,
});
const sidebar = createSidebar(select);
const people = createPeople(menus.person);
/** @type {import('./drawer.js').Drawer} */
const rooms = createDrawer('rooms', () => crowd.close());
const crowd = createDrawer('people', () => rooms.close());
const finder = createFinder({ ask, onRoom: join });
const outgoing = createOutgoing(clock, {
  onAgain: (id) => session.sayAgain(id),
  onEdit: (id) => composer.takeBack(session.takeBack(id)),
  onDiscard(id) {
    session.takeBack(id);
    composer.focus();
  },
});
const composer = createComposer({
  onSend: createSpeaker({
    current: chat.current,
    say(to, text) {
      typist.sent();
      session.say(to, text);
    },
    writeTo,
    join,
    leave,
    moderate: questions.moderate,
    show: (what) => ({ help: menus.help, who: crowd.show, rooms: finder.show })[what](),
  }),
  onDraft(draft) {
    const current = chat.current();
    if (!current) return;
    forTab.write(`draft.${current.key}`, draft);
    if (current.isRoom) typist.typed(current.key, draft === '' || draft.startsWith('/'));
  },
  payloadOf: (text) => payloadFor(chat.current(), text, `${idPrefix}-0000`),
  plainFrames: () => !session.extended,
});
const entry = createEntry(({ username, room }) => {
  course.goingTo = room;
  course.visit = keepsakes.left(username);
  session.enter(username, [...new Set([room, ...(course.visit?.keepsake.rooms ?? [])])], course.visit?.keepsake);
});

const parts = { course, chat, shell, link, entry, tokens, typing, questions };
const moves = { open, close, select, selectAny, keep };
const events = createEvents({
  ...parts,
  ...moves,
  welcomed: credential.welcomed,
  outgoing(next = texts) {
    texts = next;
    drawOutgoing();
  },
});
/** @type {Session} */
const session = createSession({
  openSocket: () => openSocket(credential.protocols()),
  isUnauthorized: credential.isRefused,
  clock,
  random: Math.random,
  idPrefix,
  events,
});

const actions = {
  find: finder.show,
  'nowhere-find': finder.show,
  help: menus.help,
  'room-menu': menus.room,
  leave() {
    close(chat.current()?.isRoom ? (chat.current()?.key ?? 'lobby') : 'lobby');
    credential.forget();
  },
  newer() {
    transcript.toBottom();
    composer.focus();
  },
  'notice-close'() {
    shell.notify('');
    composer.focus();
  },
};
for (const [id, act] of Object.entries(actions)) byId(id, HTMLButtonElement).addEventListener('click', () => act());

followWindow({ shell, chat, entry, session, join, keep });
session.recall(keepsakes.unsent());
entry.show({
  username: course.visit?.keepsake.username ?? (forTab.read('name') || forBrowser.read('name')),
  room: roomOfHash(location.hash) || 'lobby',
});
if (course.visit) {
  const { keepsake, current } = course.visit;
  course.goingTo = current;
  entry.wait('Coming back…');
  session.enter(keepsake.username, keepsake.rooms, keepsake);
}
