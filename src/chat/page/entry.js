import { byId } from './dom.js';
import { judgeRoom, readRoom } from './room-name.js';
import { closeWords, seconds } from './sentences.js';

/** @import { ConnectionState } from './types.ts' */
/** @typedef {{ readonly username: string, readonly room: string }} Seat */

/**
 * The form in which a person gives a name and a room.
 *
 * @param {(seat: Seat) => void} onEnter
 */
export function createEntry(onEnter) {
  const panel = byId('entry', HTMLElement);
  const form = byId('entry-form', HTMLFormElement);
  const name = byId('name', HTMLInputElement);
  const room = byId('room', HTMLInputElement);
  const enter = byId('enter', HTMLButtonElement);
  const status = byId('entry-status', HTMLElement);
  const alert = byId('entry-alert', HTMLElement);
  const fields = { name, room };

  /** @type {(field: 'name' | 'room', sentence: string) => void} */
  const complain = (field, sentence) => {
    byId(`${field}-error`, HTMLElement).textContent = sentence;
    fields[field].toggleAttribute('aria-invalid', false);
    if (sentence) fields[field].setAttribute('aria-invalid', 'true');
  };
  const clear = () => {
    complain('name', '');
    complain('room', '');
    alert.hidden = true;
  };
  /** @type {(text: string) => void} */
  const say = (text) => {
    status.textContent = text;
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clear();
    const seat = { username: name.value.trim(), room: readRoom(room.value) || 'lobby' };
    if (seat.username === '') {
      complain('name', 'Please give a name that others can call you by.');
      name.focus();
      return;
    }
    const verdict = judgeRoom(seat.room);
    if (verdict) {
      complain('room', verdict);
      room.focus();
      return;
    }
    enter.disabled = true;
    onEnter(seat);
  });
  name.addEventListener('input', () => complain('name', ''));
  room.addEventListener('input', () => complain('room', ''));

  return {
    /**
     * Fills the form in and puts the cursor where something is to be done.
     *
     * @param {Seat} seat
     */
    show(seat) {
      clear();
      say('');
      enter.disabled = false;
      panel.hidden = false;
      name.value = seat.username;
      room.value = seat.room;
      document.title = 'ws101 chat';
      name.focus();
      name.select();
    },
    hide() {
      panel.hidden = true;
      enter.disabled = false;
      say('');
    },
    say,
    /** @type {(words: string) => void} says so, and takes nothing meanwhile */
    wait(words) {
      enter.disabled = true;
      say(words);
    },
    /** @type {(state: ConnectionState, now: number) => void} what a person waiting here should know */
    follow(state, now) {
      if (state.phase === 'refused') {
        this.refuse('other', closeWords(state.code, state.reason).sentence);
      } else if (state.phase === 'waiting') {
        say(`The server cannot be reached. Trying again in ${seconds(state.until - now)}.`);
      } else say(state.phase === 'idle' ? '' : 'Joining…');
    },
    /** @type {(typed: string) => void} */
    setRoom(typed) {
      room.value = typed;
    },
    /**
     * Says what is wrong, next to the field to mend.
     *
     * @param {'name' | 'room' | 'other'} about
     * @param {string} sentence
     */
    refuse(about, sentence) {
      say('');
      enter.disabled = false;
      if (about === 'other') {
        alert.textContent = sentence;
        alert.hidden = false;
        enter.focus();
        return;
      }
      complain(about, sentence);
      fields[about].focus();
    },
  };
}
