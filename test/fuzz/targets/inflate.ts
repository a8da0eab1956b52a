import { constants, inflateRawSync } from 'node:zlib';
import { ProtocolViolation } from '../../../src/codec/index.ts';
import { deflateMessage, inflateMessage } from '../../../src/node/deflate-message.ts';
import { concat, toHex, utf8 } from '../../support/wire.ts';
import { documentedRule } from '../rules.ts';
import { must, mustEqual, type Target } from '../target.ts';

/** An input is three bytes of settings, then a compressed message. */
const SETTINGS_BYTES = 3;

const PLAIN = ['', 'Hello', 'x'.repeat(2000), '{"a":1,"b":[1,2,3]}'.repeat(20), 'abcabcabd'];

const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);

/** Compressed messages: what is inflated is what zlib says, within the limit. */
export const inflate: Target = {
  name: 'inflate',
  share: 4,
  dictionary: [
    '\0',
    '\0\0\0\xff\xff',
    '\x03\0',
    '\x01\0\0\xff\xff',
    '\x02\x04\0\xff\xff',
    '\xf2\x48\xcd\xc9\xc9\x07\0',
  ],

  generate(dice) {
    const settings = dice.bytes(SETTINGS_BYTES);
    const plain = dice.chance(0.6) ? utf8(dice.pick(PLAIN)) : dice.bytes(dice.below(400));
    const windowBits = dice.chance(0.9) ? windowOf(settings) : dice.between(8, 15);
    const compression = { windowBits, level: dice.between(1, 9), memLevel: dice.between(1, 9) };
    const message = concat(settings, deflateMessage(plain, compression, dictionaryOf(settings)));
    const more = dice.chance(0.2) ? concat(TAIL, deflateMessage(plain, compression)) : new Uint8Array(0);
    return concat(message, more).slice(0, dice.chance(0.05) ? dice.between(3, 20) : undefined);
  },

  run(input, watch) {
    if (input.length < SETTINGS_BYTES) return;
    const windowBits = windowOf(input);
    const maxBytes = ((input[1] ?? 0) & 1) === 0 ? 256 : 64 * 1024;
    const dictionary = dictionaryOf(input);
    const payload = input.slice(SETTINGS_BYTES);
    let plain: Uint8Array | undefined;
    try {
      plain = watch.step(payload.length, () => inflateMessage(payload, windowBits, maxBytes, dictionary));
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      must(documentedRule(error.code)?.closeCode === error.closeCode, `the violation ${error.code} is not documented`);
      watch.count(error.code);
    }
    if (plain === undefined) return;
    watch.count('accepted');
    must(plain.length <= maxBytes, `${plain.length} bytes came of a limit of ${maxBytes}`);
    if (payload.length === 0) return;
    // zlib stops at a final block; what we join from several such streams begins with the first.
    const first = inflateRawSync(concat(payload, TAIL), {
      windowBits,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(dictionary.length === 0 ? {} : { dictionary }),
    });
    mustEqual(toHex(plain.subarray(0, first.length)), toHex(first), 'inflated otherwise than by zlib');
    mustRoundTrip(plain, windowBits, dictionary);
  },
};

function windowOf(settings: Uint8Array): number {
  return 8 + ((settings[0] ?? 0) & 7);
}

function dictionaryOf(settings: Uint8Array): Uint8Array {
  const length = (settings[2] ?? 0) % 4 === 0 ? 200 : 0;
  return Uint8Array.from({ length }, (_, i) => (i * 7) % 97);
}

function mustRoundTrip(plain: Uint8Array, windowBits: number, dictionary: Uint8Array): void {
  const compressed = deflateMessage(plain, { windowBits, level: 1, memLevel: 8 }, dictionary);
  mustEqual(
    toHex(inflateMessage(compressed, windowBits, 64 * 1024, dictionary)),
    toHex(plain),
    'compressed and inflated',
  );
}
