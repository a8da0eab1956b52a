/** How many bytes of UTF-8 the server takes as one chat text. */
export const MAX_TEXT_BYTES = 4096;

const encoder = new TextEncoder();

/**
 * How many bytes a text takes on the wire.
 *
 * @param {string} text
 */
export const byteLength = (text) => encoder.encode(text).length;

/**
 * The form in which two spellings of one name are equal: the server tells names apart by neither case, width nor runs of
 * spaces.
 *
 * @param {string} name
 */
export const foldName = (name) =>
  name.normalize('NFKC').trim().replace(/ {2,}/g, ' ').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');

/** @type {(a: string, b: string) => boolean} */
export const isSameName = (a, b) => foldName(a) === foldName(b);
