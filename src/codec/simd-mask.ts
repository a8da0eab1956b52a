import { writeUint32 } from './bytes.ts';

// A WebAssembly module written by hand, of one function: with the mask key in bytes 0 to 3 of its memory, it XORs the `count`
// bytes from byte 16 on with it, the last 16 first, by the 128-bit instructions that JavaScript has no words for. `count` is a
// multiple of 16, and not 0.
const MODULE = [
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
  ...[1, 5, 1, 0x60, 1, 0x7f, 0], // types: one, of a function that takes an i32 and gives nothing
  ...[3, 2, 1, 0], // functions: one, of type 0
  ...[5, 3, 1, 0, 1], // memories: one, of one page, which is 64 KiB
  ...[7, 9, 2, 1, 0x6d, 2, 0, 1, 0x66, 0, 0], // exports: "m" is memory 0, "f" is function 0
  ...[10, 42, 1, 40, 1, 1, 0x7b], // code: one body of 40 bytes; beside count (0) a v128, keys (1)
  ...[0x41, 0, 0xfd, 9, 2, 0, 0x21, 1], // i32.const 0, v128.load32_splat, local.set keys
  ...[0x03, 0x40], // loop
  ...[0x20, 0, 0x41, 16, 0x6b, 0x22, 0], // local.get count, i32.const 16, i32.sub, local.tee count
  ...[0x20, 0, 0xfd, 0, 4, 16], // local.get count, v128.load 16 bytes behind it
  ...[0x20, 1, 0xfd, 0x51, 0xfd, 11, 4, 16], // local.get keys, v128.xor, v128.store 16 bytes behind count
  ...[0x20, 0, 0x0d, 0], // local.get count, br_if loop
  ...[11, 11], // end of the loop, end of the function
];

/** How many bytes to mask fit the module's memory. */
const CAPACITY = 65_520;

/** XORs `bytes[start]` to `bytes[end - 1]` with the bytes of a 32-bit key, of which the first is on top. */
export type Masker = (bytes: Uint8Array, key: number, start: number, end: number) => void;

/** Gives what masks by SIMD; undefined where the engine has none, or a policy of the page forbids to compile. */
export function simdMasker(): Masker | undefined {
  try {
    const { m, f } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(MODULE))).exports;
    const memory = new Uint8Array((m as { buffer: ArrayBuffer }).buffer);
    const mask = f as (count: number) => void;
    return (bytes, key, start, end) => {
      writeUint32(memory, 0, key);
      for (let at = start; at < end; at += CAPACITY) {
        const piece = bytes.subarray(at, Math.min(at + CAPACITY, end));
        memory.set(piece, 16);
        mask((piece.length + 15) & ~15);
        piece.set(memory.subarray(16, 16 + piece.length));
      }
    };
  } catch {
    return undefined;
  }
}
