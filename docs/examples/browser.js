// The codec in a browser page: decodes the frames in pasted hexadecimal digits. browser.html says where ws101/codec is.
import { FrameDecoder, Opcode, ProtocolViolation } from 'ws101/codec';

const NAMES = new Map(Object.entries(Opcode).map(([name, opcode]) => [/** @type {number} */ (opcode), name]));
const utf8 = new TextDecoder();

/** @type {HTMLTextAreaElement} */
const input = element('hex');
/** @type {HTMLOListElement} */
const list = element('frames');
/** @type {HTMLParagraphElement} */
const verdict = element('verdict');
element('decode').addEventListener('click', decode);

// #region decode
function decode() {
  const digits = input.value.replaceAll(/[^0-9a-f]/gi, '');
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const decoder = new FrameDecoder({ role: 'server', ownsInput: true });
  list.replaceChildren();
  /** @type {import('ws101/codec').FrameHeader | undefined} */
  let current;
  let text = '';
  try {
    decoder.push(bytes, {
      header(header) {
        current = header;
        text = '';
      },
      payload(piece, start, end, last) {
        text += utf8.decode(piece.subarray(start, end));
        if (last && current !== undefined) show(current, text);
        return false;
      },
    });
    verdict.textContent = decoder.idle ? 'Every frame is whole.' : 'The last frame is not complete.';
  } catch (error) {
    if (!(error instanceof ProtocolViolation)) throw error;
    verdict.textContent = `${error.section}: ${error.message} (close code ${error.closeCode})`;
  }
}
// #endregion

/**
 * @param {import('ws101/codec').FrameHeader} header
 * @param {string} text
 */
function show({ fin, opcode, length }, text) {
  const item = document.createElement('li');
  const name = NAMES.get(opcode) ?? `opcode ${opcode}`;
  item.textContent = `${name}${fin ? '' : ', to be continued'}, ${length} bytes: ${text}`;
  list.append(item);
}

/**
 * @template {HTMLElement} Kind
 * @param {string} id
 * @returns {Kind}
 */
function element(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return /** @type {Kind} */ (found);
}
