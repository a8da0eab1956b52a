import { byId } from './dom.js';

/** @import { Seat } from './types.ts' */

/**
 * A room's name from what somebody typed: as servers write it, and without the sign that people put before it.
 *
 * @param {string} typed
 */
export const readRoom = (typed) => typed.trim().replace(/^#+/, '').replace(/\s+/g, '-').toLowerCase();

/**
 * What is wrong with a room's name, or the empty string.
 *
 * @param {string} room
 */
export const judgeRoom = (room) =>
  /^[a-z0-9_-]{1,64}$/.test(room) ? '' : 'A room is named with a to z, 0 to 9, “-” and “_”, 64 of them at most.';

/**
 * The room that the address names after `#`, or the empty string.
 *
 * @param {string} hash
 */
export function roomOfHash(hash) {
  try {
    return readRoom(decodeURIComponent(hash));
  } catch {
    return '';
  }
}

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
