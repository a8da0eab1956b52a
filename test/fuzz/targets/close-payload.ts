import { isUtf8 } from 'node:buffer';
import {
  decodeClosePayload,
  encodeClosePayload,
  isValidCloseCode,
  ProtocolViolation,
} from '../../../src/codec/index.ts';
import { encodeCloseRequest } from '../../../src/protocol/index.ts';
import { webText } from '../../support/text.ts';
import { concat, toHex, utf8 } from '../../support/wire.ts';
import { mustEqual, type Target } from '../target.ts';

const CODES = [0, 999, 1000, 1001, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 65535];
const REASONS = ['', 'bye', 'Grüße', 'x'.repeat(123), 'x'.repeat(124), '\u{10ffff}'];

/** The payload of a close frame, read and written. */
export const closePayload: Target = {
  name: 'close-payload',
  share: 4,
  dictionary: ['\x03\xe8', '\x03\xed', '\x0b\xb8', '\x13\x87', '\x13\x88', '\xc0\x80', '\xed\xa0\x80', '\xe2\x82\xac'],

  generate(dice) {
    const code = dice.chance(0.8) ? dice.pick(CODES) : dice.below(0x1_0000);
    const reason = dice.chance(0.8) ? utf8(dice.pick(REASONS)) : dice.bytes(dice.below(8));
    return concat(Uint8Array.of(code >> 8, code & 0xff), reason).slice(
      0,
      dice.chance(0.05) ? dice.below(3) : undefined,
    );
  },

  run(input, watch) {
    const expected = expectedOutcome(input);
    let outcome = 'accepted';
    try {
      const { code, reason } = watch.step(input.length, () => decodeClosePayload(input));
      mustEqual(
        [code, toHex(reason)],
        [input.length === 0 ? 1005 : codeOf(input), toHex(input.subarray(2))],
        'read as',
      );
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      outcome = error.code;
    }
    mustEqual(outcome, expected, 'the payload');
    watch.count(outcome);
    mustWriteBack(input, expected);
  },
};

const codeOf = (input: Uint8Array): number => ((input[0] ?? 0) << 8) | (input[1] ?? 0);

function expectedOutcome(input: Uint8Array): string {
  if (input.length === 0) return 'accepted';
  if (input.length === 1) return 'close-payload-truncated';
  const code = codeOf(input);
  const known = (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code < 5000);
  if (!known) return 'close-code-invalid';
  return isUtf8(input.subarray(2)) ? 'accepted' : 'close-reason-not-utf8';
}

function mustWriteBack(input: Uint8Array, expected: string): void {
  if (input.length < 2) return;
  const [code, reason] = [codeOf(input), input.subarray(2)];
  const sendable = expected === 'accepted' && reason.length <= 123;
  mustEqual(
    written(() => encodeClosePayload(code, reason)),
    sendable ? toHex(input) : 'refused',
    'written as',
  );
  const text = webText.decode(reason, 0, reason.length);
  if (text === undefined) return;
  mustEqual(
    written(() => encodeCloseRequest(webText, code, text)),
    sendable ? toHex(input) : 'refused',
    'asked for as',
  );
  mustEqual(isValidCloseCode(code), expected !== 'close-code-invalid', 'the code is valid');
}

/** What was written; a caller's mistake is a RangeError and nothing else. */
function written(write: () => Uint8Array): string {
  try {
    return toHex(write());
  } catch (error) {
    if (error instanceof RangeError) return 'refused';
    throw error;
  }
}
