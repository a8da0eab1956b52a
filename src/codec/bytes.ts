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
    for (let i = 0; i < length; i++) target[offset + i] = bytes[start + i]!;
  } else {
    target.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), offset);
  }
  return offset + length;
}
