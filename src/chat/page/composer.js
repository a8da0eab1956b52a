import { byId } from './dom.js';
import { describeFrame } from './frame-note.js';
import { byteLength, MAX_TEXT_BYTES } from './text.js';

const NEAR_LIMIT_BYTES = 3 * 1024;

/**
 * The field in which a message is written.
 *
 * @param {{
 *   onSend: (text: string) => string,
 *   onDraft: (text: string) => void,
 *   payloadOf: (text: string) => string,
 *   plainFrames: () => boolean,
 * }} options `onSend` says what is wrong with a text, if anything; `payloadOf` gives the JSON that would be sent
 */
export function createComposer({ onSend, onDraft, payloadOf, plainFrames }) {
  const form = byId('compose', HTMLFormElement);
  const text = byId('text', HTMLTextAreaElement);
  const counter = byId('counter', HTMLElement);
  const spoken = byId('counter-spoken', HTMLElement);
  const problem = byId('text-error', HTMLElement);
  const note = byId('frame-note', HTMLElement);
  const growsByItself = CSS.supports('field-sizing', 'content');

  /** @type {(sentence: string) => void} */
  const complain = (sentence) => {
    if (problem.textContent !== sentence) problem.textContent = sentence;
    if (sentence) text.setAttribute('aria-invalid', 'true');
    else text.removeAttribute('aria-invalid');
  };

  const draw = () => {
    const bytes = byteLength(text.value);
    const left = MAX_TEXT_BYTES - bytes;
    const near = bytes > NEAR_LIMIT_BYTES;
    counter.textContent = left < 0 ? `${-left} bytes too many` : near ? `${left} bytes left` : '';
    counter.classList.toggle('over', left < 0);
    const announcement = left < 0 ? '' : near ? 'This message is getting close to the limit of 4096 bytes.' : '';
    if (spoken.textContent !== announcement) spoken.textContent = announcement;
    complain(left < 0 ? 'Too long for one message: please shorten or split it.' : '');
    note.textContent = '';
    if (text.value !== '' && left >= 0 && plainFrames()) {
      const frame = describeFrame(payloadOf(text.value));
      note.textContent = `next frame ${frame.header} · 4 bytes mask · ${frame.payloadBytes} bytes payload`;
    }
    if (growsByItself) return;
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight + 2}px`;
  };

  text.addEventListener('input', () => {
    draw();
    onDraft(text.value);
  });
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    text.focus();
    const { value } = text;
    if (value.trim() === '' || byteLength(value) > MAX_TEXT_BYTES) return;
    text.value = '';
    const wrong = onSend(value);
    if (wrong !== '') text.value = value;
    draw();
    onDraft(text.value);
    if (wrong !== '') complain(wrong);
  });

  return {
    focus: () => text.focus(),
    /** @type {(words: string) => void} */
    invite(words) {
      text.placeholder = words;
    },
    /** @type {(draft: string) => void} */
    restore(draft) {
      text.value = draft;
      draw();
    },
    /**
     * Puts a text back, in front of whatever is being written.
     *
     * @param {string} returned
     */
    takeBack(returned) {
      text.value = text.value === '' ? returned : `${returned}\n${text.value}`;
      draw();
      onDraft(text.value);
      text.focus();
    },
  };
}
