import { createComposer } from './composer.js';
import { byId } from './dom.js';
import { createEntry, judgeRoom, readRoom, roomOfHash } from './entry.js';
import { createLink } from './link.js';
import { createOutgoing } from './outgoing.js';
import { createPeople } from './people.js';
import { createSession } from './session.js';
import { createMemory } from './storage.js';
import { createTranscript } from './transcript.js';
import { isSameName } from './wire.js';

/** @import { Clock, ConnectionState, OutgoingText, Seat, SocketLike } from './types.ts' */

/** @type {Clock} */
const clock = {
  now: () => Date.now(),
  after: (ms, alarm) => window.setTimeout(alarm, ms),
  cancel: (alarm) => window.clearTimeout(alarm),
};

/** @type {() => SocketLike} the chat lives beside the page, also when a proxy serves both under some path */
const openSocket = () => {
  const address = new URL('chat', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  address.search = '';
  address.hash = '';
  return /** @type {SocketLike} */ (/** @type {unknown} */ (new WebSocket(address)));
};

const forTab = createMemory(() => sessionStorage);
const forBrowser = createMemory(() => localStorage);

const chat = byId('chat', HTMLElement);
const title = byId('chat-title', HTMLElement);
const notice = byId('notice', HTMLElement);
const noticeSentence = byId('notice-sentence', HTMLElement);
const switchForm = byId('switch-form', HTMLFormElement);
const switchRoom = byId('switch-room', HTMLInputElement);
const switchButton = byId('switch', HTMLButtonElement);

/** @type {readonly OutgoingText[]} */
let texts = [];
let shownRoom = '';

/** @type {(sentence: string) => void} */
const notify = (sentence) => {
  notice.hidden = sentence === '';
  noticeSentence.textContent = sentence;
};
/** @type {(room: string) => void} */
const showRoom = (room) => {
  switchRoom.value = room;
  switchButton.hidden = true;
  title.textContent = `Room ${room}`;
  document.title = `#${room} · ws101 chat`;
  if (roomOfHash(location.hash) !== room) history.replaceState(null, '', `#${encodeURIComponent(room)}`);
};
const drawOutgoing = () => {
  const { seat } = session;
  outgoing.show(seat ? texts.filter((entry) => isSameName(entry.room, seat.room)) : [], session.joined);
};
/** @type {(state: ConnectionState) => string} what a person waiting at the form should know */
const entryWords = (state) => {
  if (state.phase === 'waiting') {
    const seconds = Math.ceil((state.until - clock.now()) / 1000);
    return `The server cannot be reached. Trying again in ${seconds} s.`;
  }
  return state.phase === 'idle' ? '' : 'Joining…';
};

const transcript = createTranscript(clock.now);
const people = createPeople();

const session = createSession({
  openSocket,
  clock,
  random: Math.random,
  events: {
    connection(state) {
      if (chat.hidden) {
        if (state.phase === 'refused') entry.refuse('other', `The server closed the connection. ${state.reason}`);
        else entry.say(entryWords(state));
        return;
      }
      link.show(state, session.joined);
      drawOutgoing();
    },
    joined(seat, again) {
      const first = chat.hidden;
      entry.hide();
      chat.hidden = false;
      people.restart(seat.username);
      if (again || shownRoom !== seat.room) notify('');
      link.show({ phase: 'open' }, true);
      if (again) transcript.remark('You are back. What was said in between is not shown here.');
      else {
        if (shownRoom !== seat.room) transcript.clear();
        transcript.remark(`You joined #${seat.room} as ${seat.username}.`);
      }
      if (shownRoom !== seat.room) composer.restore(forTab.read(`draft.${seat.room}`));
      shownRoom = seat.room;
      showRoom(seat.room);
      forBrowser.write('name', seat.username);
      forTab.write('name', seat.username);
      drawOutgoing();
      if (first) {
        transcript.toBottom();
        composer.focus();
      }
    },
    presence({ type, usernames, unnamed, timestamp }) {
      const { seat } = session;
      const others = usernames.filter((name) => !seat || !isSameName(name, seat.username));
      if (others.length + unnamed === 0) return;
      if (type === 'join') people.came(others);
      else people.went(others);
      transcript.presence(type, others, unnamed, timestamp);
    },
    message(message, own) {
      people.came([message.username]);
      transcript.message(message, own);
    },
    refused(about, sentence) {
      const seat = { username: forTab.read('wanted'), room: readRoom(switchRoom.value) || shownRoom };
      if (!chat.hidden) showEntry(seat);
      entry.refuse(about, sentence);
    },
    switchRefused(sentence) {
      notify(`You are still in #${shownRoom}. ${sentence}`);
      switchRoom.focus();
    },
    notice(sentence) {
      if (chat.hidden) entry.say(sentence);
      else notify(sentence);
    },
    outgoing(next) {
      texts = next;
      forTab.write('unsent', JSON.stringify(next.map(({ room, text }) => ({ room, text }))));
      drawOutgoing();
    },
  },
});

const link = createLink(clock, session.retryNow);
const outgoing = createOutgoing(clock, {
  onAgain: session.sayAgain,
  onEdit: (id) => composer.takeBack(session.takeBack(id)),
  onDiscard(id) {
    session.takeBack(id);
    composer.focus();
  },
});
const composer = createComposer({
  onSend: session.say,
  onDraft: (draft) => forTab.write(`draft.${shownRoom}`, draft),
  room: () => shownRoom,
  plainFrames: () => !session.extended,
});
const entry = createEntry((seat) => {
  forTab.write('wanted', seat.username);
  session.enter(seat);
});

/**
 * @param {string} kept
 * @returns {{ room: string, text: string }[]}
 */
function readUnsent(kept) {
  try {
    return JSON.parse(kept || '[]');
  } catch {
    return [];
  }
}

/** @type {(seat: Seat) => void} */
function showEntry(seat) {
  chat.hidden = true;
  link.restart();
  notify('');
  entry.show(seat);
}

/** @type {(typed: string) => void} */
function goTo(typed) {
  const room = readRoom(typed);
  switchButton.hidden = true;
  if (!session.seat) return;
  if (room === '' || room === session.seat.room) {
    switchRoom.value = session.seat.room;
    return;
  }
  const verdict = judgeRoom(room);
  notify(verdict);
  if (verdict) {
    switchButton.hidden = false;
    switchRoom.focus();
    return;
  }
  session.switchRoom(room);
  composer.focus();
}

switchForm.addEventListener('submit', (event) => {
  event.preventDefault();
  goTo(switchRoom.value);
});
switchRoom.addEventListener('input', () => {
  switchButton.hidden = readRoom(switchRoom.value) === session.seat?.room;
  notify('');
});
switchRoom.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !session.seat) return;
  switchRoom.value = session.seat.room;
  switchButton.hidden = true;
  composer.focus();
});
byId('leave', HTMLButtonElement).addEventListener('click', () => {
  const seat = session.seat ?? { username: forTab.read('name'), room: shownRoom };
  session.leave();
  showEntry(seat);
});
byId('newer', HTMLButtonElement).addEventListener('click', () => {
  transcript.toBottom();
  composer.focus();
});
byId('notice-close', HTMLButtonElement).addEventListener('click', () => {
  notify('');
  composer.focus();
});
addEventListener('hashchange', () => {
  const room = roomOfHash(location.hash);
  if (room === '') return;
  if (session.seat) goTo(room);
  else entry.setRoom(room);
});
// A device that finds its network again need not sit out the pause.
addEventListener('online', () => session.retryNow());

for (const { room, text } of readUnsent(forTab.read('unsent'))) session.recall(room, text);
entry.show({
  username: forTab.read('name') || forBrowser.read('name'),
  room: roomOfHash(location.hash) || 'lobby',
});
