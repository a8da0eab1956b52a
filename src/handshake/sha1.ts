const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

// The same for all digests: memory of its own would cost more than the sum.
const WORDS = new Int32Array(80);

const START = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);

/**
 * The SHA-1 digest of the bytes (FIPS 180-4 §6.1), 20 bytes. The handshake wants it as proof that a server understood
 * the key, not as a secret (RFC 6455 §10.8), so its weakness against collisions does no harm here.
 */
export function sha1(bytes: Uint8Array): Uint8Array {
  const state = START.slice();
  const { length } = bytes;
  // A one bit, zeros, and the length in bits as 64-bit number, up to a multiple of 64 bytes.
  for (let block = 0; block <= length + 8; block += 64) {
    WORDS.fill(0);
    for (let i = 0; i < 64 && block + i <= length; i++) {
      WORDS[i >> 2]! |= (bytes[block + i] ?? 0x80) << (24 - 8 * (i & 3));
    }
    if (block + 56 > length) {
      WORDS[14] = length / 0x2000_0000;
      WORDS[15] = length << 3;
    }
    for (let i = 16; i < 80; i++) {
      WORDS[i] = rotate(WORDS[i - 3]! ^ WORDS[i - 8]! ^ WORDS[i - 14]! ^ WORDS[i - 16]!, 1);
    }
    compress(state);
  }
  const digest = new Uint8Array(20);
  for (let i = 0; i < 20; i++) digest[i] = state[i >> 2]! >> (24 - 8 * (i & 3));
  return digest;
}

function compress(state: Int32Array): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let i = 0; i < 80; i++) {
    let mix: number;
    if (i < 20) mix = ((b & c) | (~b & d)) + 0x5a827999;
    else if (i < 40) mix = (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 60) mix = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else mix = (b ^ c ^ d) + 0xca62c1d6;
    const next = (rotate(a, 5) + mix + e + WORDS[i]!) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = next;
  }
  // Stored into an Int32Array, so each sum wraps at 32 bits.
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
}
