const MOST_BYTES = 16 * 1024 * 1024;
const SLICE_MS = 10;
const CHARACTERS_A_CHECK = 65_536;

/** @typedef {{ readonly bytes: Uint8Array, readonly note: string }} ReadHex */

/** Lets the page draw and answer before more is done. */
export function nextTurn() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * The bytes of hexadecimal digits, which may have white space, colons, commas and `0x` between them. It works in slices, so
 * that the page answers meanwhile. What is wrong is said in `note`, with the bytes as far as they go.
 *
 * @param {string} text
 * @param {(done: number) => void} onProgress told the part that is done, from 0 to 1
 * @returns {Promise<ReadHex>}
 */
export async function readHex(text, onProgress) {
  const bytes = new Uint8Array(Math.min(MOST_BYTES, Math.ceil(text.length / 2)));
  let length = 0;
  let high = -1;
  let until = performance.now() + SLICE_MS;
  for (let at = 0; at < text.length; at++) {
    if (at % CHARACTERS_A_CHECK === 0 && performance.now() > until) {
      onProgress(at / text.length);
      await nextTurn();
      until = performance.now() + SLICE_MS;
    }
    const code = text.charCodeAt(at);
    const digit = digitOf(code);
    if (digit < 0) {
      // The x of 0x: the zero before it was no digit.
      if ((code | 0x20) === 0x78 && high === 0) high = -1;
      else if (!isSeparator(code)) return { bytes: bytes.slice(0, length), note: wrongDigit(text, at) };
    } else if (high < 0) high = digit;
    else if (length === MOST_BYTES)
      return { bytes, note: `Only the first ${MOST_BYTES / 1024 / 1024} MiB are decoded.` };
    else {
      bytes[length++] = (high << 4) | digit;
      high = -1;
    }
  }
  const note = high < 0 ? '' : 'The last byte has one digit only, and is left out: each byte takes two.';
  return {
    bytes: bytes.slice(0, length),
    note: length === 0 && note === '' ? 'There are no hexadecimal digits.' : note,
  };
}

/** @param {number} code */
function digitOf(code) {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** @param {number} code */
function isSeparator(code) {
  return code <= 0x20 || code === 0x2c || code === 0x3a || code === 0xa0 || code === 0xfeff;
}

/**
 * @param {string} text
 * @param {number} at
 */
function wrongDigit(text, at) {
  const sign = JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0));
  return `${sign}, character ${(at + 1).toLocaleString('en')}, is no hexadecimal digit; what stands before it is decoded.`;
}
