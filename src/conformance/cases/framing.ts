import { hex, NOTHING, utf8 } from '../bytes.ts';
import { binary, close, continuation, type Frame, frame, OPCODE, ping, pong, text } from '../frame.ts';
import type { ConformanceCase, Talk } from '../model.ts';
import { answerPong, closes, custom, defineCase, echoBinary, echoText, fails, send } from '../steps.ts';
import { takesOrFails } from './tolerance.ts';

const LENGTH = ['RFC 6455 §5.2'];
const MASK = ['RFC 6455 §5.1', 'RFC 6455 §5.3'];
const CONTROL = ['RFC 6455 §5.5'];
const BIT_63 = 1n << 63n;
const KEYS = 16;

/** A message with its length in more bytes than it needs. */
function long(number: string, opcode: number, length: number, lengthForm: 16 | 64): ConformanceCase {
  const title = `a payload of ${length} with its length in ${lengthForm} bits is not taken`;
  return defineCase(number, title, LENGTH, () => {
    const payload = utf8('*'.repeat(length));
    return takesOrFails(
      { kind: 'message', opcode, payload },
      [frame(opcode, payload, { lengthForm })],
      'NON-STRICT',
      [1002],
    );
  });
}

/** F.1: how long a payload is. */
const LENGTHS: readonly ConformanceCase[] = [
  ...[0, 1, 125, 126, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 65_537].map((length, i) =>
    defineCase(`F.1.${i + 1}`, `a payload of ${length} bytes comes back with its length in the fewest`, LENGTH, () => [
      send(binary(utf8('*'.repeat(length)))),
      echoBinary(utf8('*'.repeat(length))),
      ...closes(),
    ]),
  ),
  long('F.1.14', OPCODE.TEXT, 0, 16),
  long('F.1.15', OPCODE.TEXT, 125, 16),
  long('F.1.16', OPCODE.BINARY, 0, 64),
  long('F.1.17', OPCODE.BINARY, 125, 64),
  long('F.1.18', OPCODE.BINARY, 126, 64),
  long('F.1.19', OPCODE.BINARY, 65_535, 64),
  ...([16, 64] as const).map((lengthForm, i) =>
    defineCase(`F.1.${i + 20}`, `a ping with its length in ${lengthForm} bits is not taken`, CONTROL, () =>
      takesOrFails({ kind: 'pong', payload: utf8('x') }, [ping('x', { lengthForm })], 'NON-STRICT', [1002]),
    ),
  ),
  ...[BIT_63, BIT_63 | 1n, (1n << 64n) - 1n].map((claimedLength, i) =>
    defineCase(
      `F.1.${i + 22}`,
      `a length of ${claimedLength}, with the highest bit, fails the connection`,
      LENGTH,
      () => [send(binary(NOTHING, { lengthForm: 64, claimedLength })), fails(1002, 1009)],
    ),
  ),
  ...[BIT_63 - 1n, 1n << 53n, (1n << 53n) + 1n].map((claimedLength, i) =>
    defineCase(
      `F.1.${i + 25}`,
      `what is done about a length of ${claimedLength}`,
      ['RFC 6455 §10.4'],
      () => [send(binary('start', { lengthForm: 64, claimedLength })), fails(1009, 1002)],
      { informational: true, withinMs: 3_000 },
    ),
  ),
];

const maskless: (frames: readonly Frame[]) => readonly Frame[] = (frames) =>
  frames.map((one) => ({ ...one, mask: 'wrong' as const }));

/** F.2: who masks. The suite masks when it must not, and does not when it must. */
const MASKS: readonly ConformanceCase[] = [
  ...(
    [
      ['text', [text('x')]],
      ['binary', [binary('x')]],
      ['ping', [ping('x')]],
      ['pong', [pong('x')]],
      ['close', [close(1000)]],
      ['an empty text', [text('')]],
    ] as const
  ).map(([name, frames], i) =>
    defineCase(`F.2.${i + 1}`, `${name} against the rule on masks fails the connection`, MASK, () => [
      send(...maskless(frames)),
      fails(1002),
    ]),
  ),
  defineCase('F.2.7', 'a continuation against the rule on masks fails the connection', MASK, () => [
    send(text('a', { fin: false }), continuation('b', { mask: 'wrong' })),
    fails(1002),
  ]),
  defineCase(
    'F.2.8',
    'every key is a key, also one of zeros',
    MASK,
    () => [
      ...['00000000', 'ffffffff', '00000001', '80000000', '2a2a2a2a'].flatMap((key) => [
        send(text('masked', { mask: hex(key) })),
        echoText('masked'),
      ]),
      ...closes(),
    ],
    { testees: ['server'] },
  ),
  defineCase(
    'F.2.9',
    'keys differ from frame to frame, and from fragment to fragment',
    MASK,
    () => [
      send(
        binary(hex('00010203040506'), { fin: false, mask: hex('01020304') }),
        ping('between', { mask: hex('f0e0d0c0') }),
        continuation(hex('0708090a0b'), { mask: hex('a1b2c3d4') }),
      ),
      answerPong('between'),
      echoBinary(hex('000102030405060708090a0b')),
      ...closes(),
    ],
    { testees: ['server'] },
  ),
  defineCase(
    'F.2.10',
    'a payload of any length is unmasked to its end',
    MASK,
    () => [
      ...Array.from({ length: 20 }, (_, length) => Uint8Array.from({ length }, (_, i) => 0x80 + i)).flatMap(
        (payload) => [send(binary(payload, { mask: hex('3ac5f01e') })), echoBinary(payload)],
      ),
      ...closes(),
    ],
    { testees: ['server'] },
  ),
  defineCase(
    'F.2.11',
    'a client takes a new key for each frame',
    ['RFC 6455 §5.3', 'RFC 6455 §10.3'],
    () => [
      custom('frames with keys that differ', async (talk: Talk) => {
        const keys = new Set<string>();
        for (let i = 0; i < KEYS; i++) {
          await talk.send(text('key'));
          const incoming = await talk.next();
          if (incoming?.kind !== 'message') talk.fail('no message came back', incoming?.kind ?? 'nothing in time');
          for (const { key } of incoming.frames) keys.add(String(key));
        }
        // Of so many random ones two may be the same, three hardly ever.
        if (keys.size < KEYS - 1) talk.fail('keys come again', `${keys.size} keys for ${KEYS} messages`);
      }),
      ...closes(),
    ],
    { testees: ['client'] },
  ),
];

/** F.1 and F.2: how long a payload is, and who masks it. */
export const FRAMING: readonly ConformanceCase[] = [...LENGTHS, ...MASKS];
