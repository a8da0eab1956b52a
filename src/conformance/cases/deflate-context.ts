import { hex } from '../bytes.ts';
import { Compressor, compress } from '../deflate.ts';
import { binary, continuation, type Frame, fragments, OPCODE, ping, text } from '../frame.ts';
import type { ConformanceCase, Step } from '../model.ts';
import { closes, custom, echoBinary, echoText, fails, send } from '../steps.ts';
import { compressed, RSV1, wire } from './deflate-forms.ts';

/** No code is said for data that cannot be inflated; these are the ones with a reason. */
const NOT_INFLATED = [1002, 1003, 1007, 1008, 1011];

/** Bytes in which nothing repeats: the middle of a sequence that a small generator makes. */
function noise(length: number): Uint8Array {
  let state = 0x2545f491;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

/** D.4: what lasts from one message to the next. */
export const DEFLATE_CONTEXT: readonly ConformanceCase[] = [
  wire('D.4.1', 'what the suite sends may refer to its messages before', 'RFC 7692 §7.2.3.2', function* ({ deflate }) {
    if (deflate?.suite.noContextTakeover)
      yield custom('the suite may keep its window', async (talk) =>
        talk.note('INFORMATIONAL', 'the suite was asked to keep none'),
      );
    yield send(compressed(hex('f248cdc9c90700')));
    yield echoText('Hello');
    yield send(compressed(deflate?.suite.noContextTakeover ? hex('f248cdc9c90700') : hex('f200110000')));
    yield echoText('Hello');
    yield* closes();
  }),
  wire(
    'D.4.2',
    'a testee that was told so refers to no message before',
    'RFC 7692 §7.1.1',
    () => repeated('forgotten each time; '.repeat(100), 4),
    { deflate: [{ noContextTakeover: true }] },
  ),
  wire('D.4.3', 'a testee that keeps its window keeps it in step', 'RFC 7692 §7.2.2', () =>
    repeated('kept from one to the next; '.repeat(100), 4),
  ),
  ...[9, 10, 11, 12, 13].map((windowBits, i) =>
    wire(
      `D.4.${i + 4}`,
      `a testee refers back at most ${2 ** windowBits} bytes when that was agreed on`,
      'RFC 7692 §7.1.2',
      function* () {
        const part = noise(2 ** (windowBits + 1) + 64);
        const whole = new Uint8Array([...part, ...part, ...part]);
        yield send(binary(whole));
        yield echoBinary(whole);
        yield* closes();
      },
      { deflate: [{ windowBits }] },
    ),
  ),
  wire('D.4.9', 'what the suite sends refers back as far as was agreed on', 'RFC 7692 §7.1.2', function* ({ deflate }) {
    const compressor = new Compressor(deflate?.suite ?? { noContextTakeover: true, windowBits: 15 });
    const part = noise(2 ** (deflate?.suite.windowBits ?? 15) - 262);
    for (const message of [part, part, new Uint8Array([...part, ...part])]) {
      yield send(binary(compressor.compress(message), { rsv: RSV1 }));
      yield echoBinary(message);
    }
    yield* closes();
  }),
];

const failing = (
  number: string,
  title: string,
  section: string,
  codes: readonly number[],
  ...frames: readonly Frame[]
): ConformanceCase => wire(number, title, section, () => [send(...frames), fails(...codes)]);

/** D.5: what cannot be a compressed message. */
export const DEFLATE_BROKEN: readonly ConformanceCase[] = [
  failing(
    'D.5.1',
    'RSV1 on the continuation of a compressed message fails the connection',
    'RFC 7692 §6.1',
    [1002],
    text(hex('f248cd'), { rsv: RSV1, fin: false }),
    continuation(hex('c9c90700'), { rsv: RSV1 }),
  ),
  failing(
    'D.5.2',
    'RSV1 on the continuation of a message without compression fails the connection',
    'RFC 7692 §6.1',
    [1002],
    text('a', { fin: false }),
    continuation('b', { rsv: RSV1 }),
  ),
  failing(
    'D.5.3',
    'RSV1 on a control frame inside of a compressed message fails the connection',
    'RFC 7692 §6.1',
    [1002],
    text(hex('f248cd'), { rsv: RSV1, fin: false }),
    ping('x', { rsv: RSV1 }),
  ),
  failing(
    'D.5.4',
    'a block of a type that there is not fails the connection',
    'RFC 7692 §7.2.2',
    NOT_INFLATED,
    compressed(hex('ffffffff')),
  ),
  failing(
    'D.5.5',
    'a stored block whose lengths differ fails the connection',
    'RFC 7692 §7.2.2',
    NOT_INFLATED,
    compressed(hex('000500000048656c6c6f')),
  ),
  failing(
    'D.5.6',
    'a reference to before the first message fails the connection',
    'RFC 7692 §7.2.2',
    NOT_INFLATED,
    compressed(hex('f200110000')),
  ),
  failing(
    'D.5.7',
    'text that is not UTF-8 once inflated fails the connection',
    'RFC 6455 §8.1',
    [1007],
    compressed(compress(hex('48edbda0'))),
  ),
  failing(
    'D.5.8',
    'text that ends inside of a character once inflated fails the connection',
    'RFC 6455 §8.1',
    [1007],
    ...fragments(OPCODE.TEXT, compress(hex('c3a4c3')), 2, RSV1),
  ),
  wire(
    'D.5.9',
    'what is done with a block that is not finished',
    'RFC 7692 §7.2.2',
    () => [send(compressed(hex('f248cd'))), fails(...NOT_INFLATED)],
    { informational: true },
  ),
];

function* repeated(message: string, times: number): Generator<Step> {
  for (let i = 0; i < times; i++) {
    yield send(text(message));
    yield echoText(message);
  }
  yield* closes();
}
