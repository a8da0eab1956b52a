import { hex, join, NOTHING, uint16, utf8 } from '../bytes.ts';
import { binary, close, continuation, type Frame, fragments, frame, OPCODE, ping, pong, text } from '../frame.ts';
import type { ConformanceCase, Talk } from '../model.ts';
import {
  answerPong,
  answersClose,
  closes,
  conversation,
  custom,
  defineCase,
  defineCases,
  echoBinary,
  echoText,
  fails,
  failsAtOnce,
  send,
} from '../steps.ts';
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

/** F.5: control frames and fragments at their edges. */
const EDGES: readonly ConformanceCase[] = [
  ...[
    ['ping', OPCODE.PING],
    ['pong', OPCODE.PONG],
    ['close', OPCODE.CLOSE],
  ].flatMap(([name, opcode], i) => [
    defineCase(`F.5.${i * 2 + 1}`, `a ${name} that is not final fails the connection`, CONTROL, () => [
      send(frame(Number(opcode), NOTHING, { fin: false })),
      fails(1002),
    ]),
    defineCase(`F.5.${i * 2 + 2}`, `a ${name} of 126 bytes fails the connection`, CONTROL, () => [
      send(frame(Number(opcode), join(uint16(1000), utf8('x'.repeat(124))))),
      fails(1002),
    ]),
  ]),
  defineCase(
    'F.5.7',
    'a ping of 65,536 bytes fails the connection, at best before its payload is there',
    CONTROL,
    () => [
      send(ping(NOTHING, { lengthForm: 64, claimedLength: 65_536n })),
      failsAtOnce(1_000, 1002),
      send(new Uint8Array(65_536)),
      fails(1002),
    ],
  ),
  defineCase('F.5.8', 'control frames may stand between any two fragments', ['RFC 6455 §5.4'], () => [
    send(...fragments(OPCODE.TEXT, 'interleaved', 1).flatMap((part, i) => [ping(`${i}`), part, pong('unasked')])),
    ...Array.from('interleaved', (_, i) => answerPong(`${i}`)),
    echoText('interleaved'),
    ...closes(),
  ]),
  defineCase('F.5.9', 'fragments may be empty, the last one and all of them as well', ['RFC 6455 §5.4'], () => [
    send(
      text('', { fin: false }),
      continuation('a', { fin: false }),
      continuation('', { fin: false }),
      continuation(''),
    ),
    echoText('a'),
    send(binary('', { fin: false }), continuation('', { fin: false }), continuation('')),
    echoBinary(''),
    ...closes(),
  ]),
  defineCase('F.5.10', 'a character may be cut into fragments', ['RFC 6455 §5.4', 'RFC 6455 §8.1'], () => [
    send(...fragments(OPCODE.TEXT, 'κόσμε 🙂', 1)),
    echoText('κόσμε 🙂'),
    ...closes(),
  ]),
  defineCase(
    'F.5.11',
    'a continuation of nothing fails the connection, behind a whole message as well',
    ['RFC 6455 §5.4'],
    () => [send(text('whole')), echoText('whole'), send(continuation('x')), fails(1002)],
  ),
  defineCases(
    'F.5.12',
    'a new message inside of one that is not finished fails the connection',
    ['RFC 6455 §5.4'],
    [OPCODE.TEXT, OPCODE.BINARY].flatMap((first) =>
      [OPCODE.TEXT, OPCODE.BINARY].map((second) =>
        conversation(() => [send(frame(first, 'a', { fin: false }), frame(second, 'b')), fails(1002)], {
          name: `opcode ${second} inside of opcode ${first}`,
        }),
      ),
    ),
  ),
  defineCase('F.5.13', 'the connection can be closed inside of a message', ['RFC 6455 §5.4', 'RFC 6455 §5.5.1'], () => [
    send(text('unfinished', { fin: false })),
    ...closes(),
  ]),
  defineCase('F.5.14', 'nothing behind a close frame is answered', ['RFC 6455 §5.5.1'], () => [
    send(text('before')),
    echoText('before'),
    send(close(1000), text('behind'), ping('behind')),
    answersClose(1000),
  ]),
  defineCase('F.5.15', 'a pong that nobody asked for is passed over', ['RFC 6455 §5.5.3'], () => [
    send(pong(), pong('unasked'), text('x')),
    echoText('x'),
    ...closes(),
  ]),
  defineCase('F.5.16', 'messages come back in their order, with their types', ['RFC 6455 §5.6'], () => [
    send(...Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? text(`${i}`) : binary(`${i}`)))),
    ...Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? echoText(`${i}`) : echoBinary(`${i}`))),
    ...closes(),
  ]),
];

/** F.1, F.2 and F.5; F.3 and F.4 are reserved bits and opcodes. */
export const FRAMING: readonly ConformanceCase[] = [...LENGTHS, ...MASKS, ...EDGES];
