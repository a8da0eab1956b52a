import { isUtf8 } from 'node:buffer';
import { applyMask, Utf8Validator } from '../../src/codec/index.ts';
import { masking } from '../../src/codec/mask.ts';
import type { Contender, Contest } from './contest.ts';
import { loadInstalled, loadWs } from './peers.ts';
import { MASK_KEY, payloadOf, sizeName } from './wire.ts';

const SIZES = [125, 1024, 16_384, 65_536, 1_048_576];

/** How fast payloads are masked in place. Masked an even number of times they are what they were. */
export function maskContests(sizes: readonly number[] = SIZES): Contest[] {
  return sizes.map((bytes) => {
    const mask = Buffer.alloc(4);
    mask.writeUInt32BE(MASK_KEY);
    const { bufferutil } = loadInstalled();
    const { unmask, version } = loadWs();
    const usual = masking.from;
    const by = (from: number) => (payload: Uint8Array) => {
      masking.from = from;
      applyMask(payload, MASK_KEY);
      masking.from = usual;
    };
    const contenders: Contender[] = [
      inPlace('ws101/codec', bytes, by(usual)),
      inPlace('ws101/codec, SIMD left out', bytes, by(Infinity)),
      inPlace('a loop over an Int32Array', bytes, (payload) => maskWords(payload, mask.readInt32LE())),
      inPlace(`ws ${version} in JavaScript`, bytes, (payload) => unmask(payload, mask)),
    ];
    if (bufferutil !== undefined)
      contenders.push(inPlace('bufferutil (native)', bytes, (payload) => bufferutil.unmask(payload, mask)));
    return { name: `mask ${sizeName(bytes)}`, unit: 'B/s', units: bytes, comesTo: 1, contenders };
  });
}

/** How fast texts are checked: of ASCII alone, and of many scripts. */
export function utf8Contests(bytes: number = 65_536): Contest[] {
  const texts = { ASCII: 'All that is ASCII. ', 'of many scripts': 'Grüße, Καλημέρα, 世界, 🌍! ' };
  return Object.entries(texts).map(([name, text]) => {
    const whole = Buffer.from(text.repeat(Math.ceil(bytes / text.length)));
    const sample = whole.subarray(0, whole.lastIndexOf(0x20, bytes));
    const { isValidUTF8, version } = loadWs();
    const validator = new Utf8Validator();
    const ours = (payload: Uint8Array): boolean => {
      validator.reset();
      return validator.push(payload) && validator.complete;
    };
    return {
      name: `UTF-8 ${sizeName(bytes)} ${name}`,
      unit: 'B/s',
      units: sample.length,
      comesTo: 1,
      contenders: [
        judged('ws101/codec', sample, ours),
        judged(`ws ${version} in JavaScript`, sample, isValidUTF8),
        judged('node:buffer isUtf8 (native)', sample, isUtf8),
      ],
    };
  });
}

/** Each time counts as one when the last byte is as it must be after so many times. */
function inPlace(name: string, bytes: number, mask: (payload: Uint8Array) => void): Contender {
  const payload = Buffer.from(payloadOf(bytes));
  const last = bytes - 1;
  const flip = (MASK_KEY >>> (24 - 8 * (last & 3))) & 0xff;
  return {
    name,
    run(times) {
      const expected = (payload[last] ?? 0) ^ (times % 2 === 0 ? 0 : flip);
      for (let i = 0; i < times; i++) mask(payload);
      return payload[last] === expected ? times : 0;
    },
  };
}

function judged(name: string, sample: Uint8Array, isValid: (payload: Uint8Array) => boolean): Contender {
  return {
    name,
    run(times) {
      let valid = 0;
      for (let i = 0; i < times; i++) if (isValid(sample)) valid++;
      return valid;
    },
  };
}

function maskWords(payload: Uint8Array, key: number): void {
  const words = new Int32Array(payload.buffer, payload.byteOffset & ~3, payload.length >> 2);
  for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) ^ key;
  for (let i = words.length * 4; i < payload.length; i++)
    payload[i] = (payload[i] ?? 0) ^ ((key >>> (8 * (i & 3))) & 0xff);
}
