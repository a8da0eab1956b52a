import { decodeHeader } from '/.inspector/lib/codec/index.js';
import { inspectParts, violationOf } from '/.inspector/lib/inspect/index.js';
import { byId, create, createButton } from './dom.js';
import { explainPart } from './explain.js';
import { nextTurn, readHex } from './hex-reader.js';
import { Joiner } from './joiner.js';
import { MOST_SAVED_PARTS, saveParts } from './save.js';
import { count } from './words.js';

const MOST_ROWS = 500;
const SLICE_MS = 10;
// A longer text makes a text area slow; it is kept aside.
const MOST_TYPED = 100_000;
const EXAMPLE = '818537fa213d7f9f4d5158 018337fa213d7f9f4d 898237fa213d5f93 808237fa213d5b95';

/**
 * Decodes what is pasted into the page, with the codec itself and without the server.
 *
 * @param {(explained: import('./types.ts').Explained) => void} onSelect
 */
export function startPaste(onSelect) {
  const form = byId('paste-form', HTMLFormElement);
  const input = byId('paste-input', HTMLTextAreaElement);
  const role = byId('paste-role', HTMLSelectElement);
  const deflate = byId('paste-deflate', HTMLInputElement);
  const status = byId('paste-status', HTMLElement);
  const list = byId('paste-parts', HTMLOListElement);
  const stop = byId('paste-stop', HTMLButtonElement);
  const save = byId('paste-save', HTMLButtonElement);
  let saveDecoded = async () => 0;
  let long = '';
  let run = 0;

  input.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text') ?? '';
    if (text.length <= MOST_TYPED) return;
    event.preventDefault();
    long = text;
    input.value = `${text.slice(0, 1000)}…`;
    status.textContent = `${count(text.length, 'character')} pasted; the first 1,000 are shown.`;
  });
  input.addEventListener('input', () => {
    long = '';
  });
  byId('paste-example', HTMLButtonElement).addEventListener('click', () => {
    long = '';
    input.value = EXAMPLE;
    form.requestSubmit();
  });
  stop.addEventListener('click', () => {
    run++;
    stop.hidden = true;
    status.textContent = `Stopped. ${status.textContent}`;
  });
  save.addEventListener('click', async () => {
    save.disabled = true;
    const lines = await saveDecoded();
    save.disabled = false;
    status.textContent =
      lines < MOST_SAVED_PARTS ? `Saved ${count(lines, 'line')}.` : `Saved the first ${count(lines, 'part')}.`;
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void decode(++run);
  });

  const decode = async (/** @type {number} */ mine) => {
    list.replaceChildren();
    save.hidden = true;
    stop.hidden = false;
    const isMine = () => mine === run;
    const text = long === '' ? input.value : long;
    const { bytes, note } = await readHex(text, (done) => {
      if (isMine()) status.textContent = `Reading the digits: ${Math.round(done * 100)} %`;
    });
    if (!isMine()) return;
    const options = { role: roleOf(role.value), deflate: deflate.checked || undefined };
    const verdict = await showParts(bytes, options, { list, status, onSelect, isMine });
    if (!isMine()) return;
    stop.hidden = true;
    save.hidden = bytes.length === 0;
    saveDecoded = () => saveParts(bytes, options);
    status.textContent = [note, verdict].filter((words) => words !== '').join(' ');
  };
}

/**
 * @param {string} value
 * @returns {'server' | 'client' | 'auto'}
 */
function roleOf(value) {
  return value === 'server' || value === 'client' ? value : 'auto';
}

/**
 * Lists the parts of bytes as they are decoded, in slices of time, and gives the verdict.
 *
 * @param {Uint8Array} bytes
 * @param {{ readonly role: 'server' | 'client' | 'auto', readonly deflate: boolean | undefined }} options
 * @param {object} view
 * @param {HTMLOListElement} view.list
 * @param {HTMLElement} view.status
 * @param {(explained: import('./types.ts').Explained) => void} view.onSelect
 * @param {() => boolean} view.isMine whether nobody has asked for something else meanwhile
 */
async function showParts(bytes, options, { list, status, onSelect, isMine }) {
  let parts = 0;
  let missing = 0;
  let verdict = '';
  let joiner = new Joiner(options.deflate === true);
  let until = performance.now() + SLICE_MS;
  for (const part of inspectParts(bytes, options)) {
    parts++;
    missing = part.missing?.bytes ?? 0;
    if (part.kind === 'request' || part.kind === 'response')
      joiner = new Joiner(options.deflate ?? namesDeflate(bytes, part));
    const header = part.kind === 'frame' ? decodeHeader(bytes, part.offset) : undefined;
    const message =
      header === undefined || parts > MOST_ROWS ? undefined : joiner.add(header, part.payload ?? new Uint8Array(0));
    const broken = violationOf(part);
    if (broken !== undefined && verdict === '') verdict = `✗ ${broken.section}, ${broken.code}: ${broken.message}.`;
    if (parts <= MOST_ROWS || broken !== undefined) {
      const choose = async () => onSelect(explainPart(part, bytes, await message?.()));
      list.append(partRow(part, broken, choose));
      if (parts === 1) void choose();
    }
    if (performance.now() < until) continue;
    status.textContent = `Decoding: ${Math.round((100 * part.offset) / bytes.length)} %, ${count(parts, 'part')} so far`;
    await nextTurn();
    if (!isMine()) return '';
    until = performance.now() + SLICE_MS;
  }
  if (parts === 0) return '';
  const hidden = list.childElementCount < parts ? ` The first ${count(MOST_ROWS, 'part')} are listed.` : '';
  const told = `${count(bytes.length, 'byte')} in ${count(parts, 'part')}:`;
  if (verdict !== '') return `${told} ${verdict}${hidden}`;
  const end =
    missing > 0
      ? `legal as far as it goes; at least ${count(missing, 'byte')} missing at the end.`
      : 'every rule is kept.';
  return `${told} ${end}${hidden}`;
}

/**
 * @param {import('/.inspector/lib/inspect/index.js').InspectedPart} part
 * @param {import('./types.ts').Violation | undefined} broken
 * @param {() => void} choose
 */
function partRow({ title, kind, missing }, broken, choose) {
  const card = createButton('card', '', () => {
    for (const current of card.closest('ol')?.querySelectorAll('[aria-current]') ?? [])
      current.removeAttribute('aria-current');
    card.setAttribute('aria-current', 'true');
    choose();
  });
  const line = create('span', 'line', create('span', 'title', title));
  if (broken !== undefined) line.append(create('span', 'badge bad', `${broken.section}: ${broken.code}`));
  if (missing !== undefined) line.append(create('span', 'badge warn', 'cut off'));
  card.append(line);
  return create('li', `row both ${kind}`, card);
}

/**
 * @param {Uint8Array} bytes
 * @param {import('/.inspector/lib/inspect/index.js').InspectedPart} part
 */
function namesDeflate(bytes, part) {
  return String.fromCharCode(...bytes.subarray(0, part.bytes)).includes('permessage-deflate');
}
