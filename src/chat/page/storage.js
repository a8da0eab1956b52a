/**
 * Text kept by the browser across reloads, as far as it keeps any: a browser that refuses storage only forgets.
 *
 * @param {() => Storage} open asking for a storage may itself be forbidden
 */
export function createMemory(open) {
  return {
    /** @type {(key: string) => string} the empty string when nothing is kept */
    read(key) {
      try {
        return open().getItem(`ws101.${key}`) ?? '';
      } catch {
        return '';
      }
    },
    /** @type {(key: string, value: string) => void} */
    write(key, value) {
      try {
        if (value === '') open().removeItem(`ws101.${key}`);
        else open().setItem(`ws101.${key}`, value);
      } catch {
        // Nothing is lost but the memory of a reload.
      }
    },
  };
}
