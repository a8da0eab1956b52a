import { showDetail } from './detail.js';
import { byId } from './dom.js';
import { explainEntry } from './explain.js';
import { readFeed } from './feed.js';
import { startPaste } from './paste.js';
import { Traffic } from './traffic.js';
import { count } from './words.js';

const panel = byId('detail', HTMLElement);
const state = byId('state', HTMLElement);
const totals = byId('totals', HTMLElement);
const sampling = byId('sampling', HTMLElement);
const notes = byId('notes', HTMLElement);
const words = byId('filter', HTMLInputElement);
const kind = byId('kind', HTMLSelectElement);
const connection = byId('connection', HTMLSelectElement);
const pause = byId('pause', HTMLButtonElement);
const exports = byId('exports', HTMLElement);

let skipped = 0;
let mode = '';

const show = (/** @type {import('./types.ts').Explained} */ explained) => {
  const heading = showDetail(panel, explained);
  document.body.classList.add('has-detail');
  // Where the panel covers the list, the reader has to be taken there.
  if (matchMedia('(max-width: 60rem)').matches) heading.focus();
};

const traffic = new Traffic(byId('rows', HTMLOListElement), byId('traffic', HTMLElement), ({ entry }) => {
  const explained = explainEntry(entry);
  if (explained !== undefined) show(explained);
});

const drawSampling = () => {
  const lines = [];
  if (skipped > 0)
    lines.push(`A sample is shown: ${count(skipped, 'entry').replace(/entrys$/, 'entries')} passed that are not.`);
  if (traffic.paused)
    lines.push(`Paused: ${count(traffic.waiting, 'entry').replace(/entrys$/, 'entries')} came since.`);
  sampling.textContent = lines.join(' ');
};

const KINDS = /** @type {Readonly<Record<string, (entry: import('./types.ts').FedEntry) => boolean>>} */ ({
  all: () => true,
  data: (entry) => entry.kind === 'frame' && entry.opcode < 8,
  control: (entry) => entry.kind === 'frame' && entry.opcode >= 8,
  heads: (entry) => entry.kind === 'head',
  violations: (entry) => 'violation' in entry && entry.violation !== null,
});

const applyFilter = () => {
  const wanted = words.value.trim().toLowerCase();
  const accepts = KINDS[kind.value] ?? (() => true);
  const only = Number(connection.value);
  traffic.filter(({ entry, words: said }) => {
    return accepts(entry) && (only === 0 || entry.connection === only) && (wanted === '' || said.includes(wanted));
  });
  for (const link of exports.querySelectorAll('a')) {
    const url = new URL(link.href);
    url.search = only === 0 ? '' : `?connection=${only}`;
    link.href = url.href;
  }
};

const MOST_CONNECTIONS = 50;

const listConnections = (/** @type {readonly import('./types.ts').FedEntry[]} */ entries) => {
  for (const entry of entries) {
    if (entry.kind !== 'open') continue;
    connection.add(new Option(`connection ${entry.connection}`, String(entry.connection)));
    if (connection.length > MOST_CONNECTIONS + 1 && connection.selectedIndex !== 1) connection.remove(1);
  }
};

const drawTotals = (/** @type {import('./types.ts').FedTotals} */ { connections, open, frames, bytes, violations }) => {
  const parts = [
    `${count(connections, 'connection')}, ${open} open`,
    `client ${count(frames.client, 'frame')}, ${size(bytes.client)}`,
    `server ${count(frames.server, 'frame')}, ${size(bytes.server)}`,
    count(violations, 'violation'),
  ];
  totals.replaceChildren(...parts.map((text) => Object.assign(document.createElement('span'), { textContent: text })));
};

const size = (/** @type {number} */ bytes) =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 ** 2
      ? `${(bytes / 1024).toFixed(1)} KiB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

const addNote = (/** @type {string} */ note) => {
  const line = document.createElement('p');
  line.textContent = note;
  notes.append(line);
};

const greet = (/** @type {Extract<import('./types.ts').Told, { type: 'hello' }>} */ hello) => {
  mode = hello.mode;
  document.body.dataset.mode = mode;
  const target = byId('target', HTMLElement);
  if (mode === 'relay') target.textContent = `${location.host} ⇄ ${hello.target}`;
  if (mode === 'replay')
    target.textContent = `recording of ${hello.target}, ${new Date(hello.startedAt).toLocaleString()}`;
  if (mode === 'offline') target.textContent = 'decodes what you paste; nothing leaves this page';
  byId('hint', HTMLElement).textContent =
    mode === 'relay'
      ? `Point your client at ws://${location.host}/ in place of ${hello.target}. In the request the Host field is replaced by that of the target, and a request for / asks for its path; all else passes as it is.`
      : '';
  byId('live', HTMLElement).hidden = mode === 'offline';
  byId('toolbar', HTMLElement).hidden = totals.hidden = state.hidden = mode === 'offline';
  if (mode === 'offline') byId('paste', HTMLDetailsElement).open = true;
  notes.replaceChildren();
  for (const note of hello.notes) addNote(note);
  traffic.clear();
  connection.length = 1;
  skipped = 0;
};

const take = (/** @type {import('./types.ts').Told} */ told) => {
  if (told.type === 'note') {
    addNote(told.note);
    return;
  }
  if (told.type === 'hello') greet(told);
  skipped += told.skipped;
  listConnections(told.entries);
  traffic.add(told.entries);
  if (told.entries.length > 0) document.body.classList.add('has-traffic');
  drawTotals(told.totals);
  drawSampling();
};

pause.addEventListener('click', () => {
  traffic.paused = !traffic.paused;
  pause.textContent = traffic.paused ? 'Resume' : 'Pause';
  pause.setAttribute('aria-pressed', String(traffic.paused));
  drawSampling();
});
byId('clear', HTMLButtonElement).addEventListener('click', () => traffic.clear());
words.addEventListener('input', applyFilter);
kind.addEventListener('change', applyFilter);
connection.addEventListener('change', applyFilter);

startPaste(show);
readFeed({
  told: take,
  state: (now) => {
    state.textContent = now === 'live' ? 'live' : 'the inspector is gone';
    state.className = `state is-${now}`;
  },
});
