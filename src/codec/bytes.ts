// Up to this length a loop copies faster than a view and a bulk copy are set up.
const LOOP_UP_TO = 48;

/** A plain `Uint8Array` of its own with `bytes[start]` to `bytes[end - 1]`, also when `bytes` is a subclass. */
export function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  copyInto(copy, 0, bytes, start, end);
  return copy;
}

/** Copies `bytes[start]` to `bytes[end - 1]` to `target[offset]` and gives the offset behind the copy. */
export function copyInto(target: Uint8Array, offset: number, bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length <= LOOP_UP_TO) {
    let [at, to] = [start, offset];
    for (; at + 4 <= end; at += 4, to += 4) {
      target[to] = bytes[at]!;
      target[to + 1] = bytes[at + 1]!;
      target[to + 2] = bytes[at + 2]!;
      target[to + 3] = bytes[at + 3]!;
    }
    for (; at < end; at++) target[to++] = bytes[at]!;
  } else {
    target.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), offset);
  }
  return offset + length;
}

/** The four bytes at `bytes[at]` as a number from 0 to 2^32 - 1, the first byte on top. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Writes the lowest 32 bits of `value` at `target[at]`, the first byte on top, and gives the offset behind them. */
export function writeUint32(target: Uint8Array, at: number, value: number): number {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
  return at + 4;
}
