import { constants, deflateRawSync } from 'node:zlib';
import { hex, utf8 } from '../bytes.ts';
import { Compressor } from '../deflate.ts';
import type { DeflateWish } from '../deflate-terms.ts';
import { binary, continuation, type Frame, fragments, OPCODE, ping, text } from '../frame.ts';
import type { ConformanceCase, Setting, Step } from '../model.ts';
import { answerPong, closes, conversation, defineCase, defineCases, echoBinary, echoText, send } from '../steps.ts';

const ANY: readonly DeflateWish[] = [{}];
export const RSV1 = 4;

/** A text frame that says that it is compressed. */
export const compressed = (payload: Uint8Array): Frame => text(payload, { rsv: RSV1 });

/** A case on a connection with permessage-deflate. */
export function wire(
  number: string,
  title: string,
  section: string,
  steps: (setting: Setting) => Iterable<Step>,
  {
    deflate = ANY,
    informational = false,
  }: { readonly deflate?: readonly DeflateWish[]; readonly informational?: boolean } = {},
): ConformanceCase {
  return defineCase(number, title, [section, 'RFC 7692 §7.2'], steps, { opening: { deflate }, informational });
}

/** The message comes back, however it was compressed. */
function inflates(number: string, title: string, section: string, payload: string, message: string): ConformanceCase {
  return wire(number, title, section, () => [send(compressed(hex(payload))), echoText(message), ...closes()]);
}

/** D.3: how a message is compressed. The examples are those of the RFC. */
export const DEFLATE_FORMS: readonly ConformanceCase[] = [
  inflates('D.3.1', 'one block', 'RFC 7692 §7.2.3.1', 'f248cdc9c90700', 'Hello'),
  inflates('D.3.2', 'a block that is not compressed', 'RFC 7692 §7.2.3.3', '000500faff48656c6c6f00', 'Hello'),
  inflates('D.3.3', 'a block that says it is the last one', 'RFC 7692 §7.2.3.4', 'f348cdc9c9070000', 'Hello'),
  inflates('D.3.4', 'two blocks', 'RFC 7692 §7.2.3.5', 'f248050000 00ffff cac9c90700', 'Hello'),
  inflates('D.3.5', 'an empty message is one byte', 'RFC 7692 §7.2.3.6', '00', ''),
  inflates('D.3.6', 'an empty message in a block that says it is the last one', 'RFC 7692 §7.2.3.4', '030000', ''),
  wire('D.3.7', 'fragments, of which the first one alone has RSV1', 'RFC 7692 §7.2.3.1', () => [
    send(...fragments(OPCODE.TEXT, hex('f248cdc9c90700'), 3, RSV1)),
    echoText('Hello'),
    send(...fragments(OPCODE.TEXT, hex('f248cdc9c90700'), 1, RSV1)),
    echoText('Hello'),
    ...closes(),
  ]),
  wire('D.3.8', 'empty fragments, and a ping between them', 'RFC 7692 §6.1', () => [
    send(
      text('', { rsv: RSV1, fin: false }),
      ping('between'),
      continuation(hex('f248cdc9'), { fin: false }),
      continuation('', { fin: false }),
      continuation(hex('c90700'), { fin: false }),
      continuation(''),
    ),
    answerPong('between'),
    echoText('Hello'),
    ...closes(),
  ]),
  wire('D.3.9', 'messages without compression among others', 'RFC 7692 §6', ({ deflate }) => {
    const compressor = new Compressor(deflate?.suite ?? { noContextTakeover: true, windowBits: 15 });
    return [
      send(compressed(compressor.compress(utf8('one')))),
      echoText('one'),
      send(text('two')),
      echoText('two'),
      send(compressed(compressor.compress(utf8('one')))),
      echoText('one'),
      send(text('three', { fin: false }), continuation('four')),
      echoText('threefour'),
      ...closes(),
    ];
  }),
  defineCases(
    'D.3.10',
    'every way in which zlib compresses',
    ['RFC 7692 §7.2.1'],
    [
      ['stored', { level: 0 }],
      ['fast', { level: 1 }],
      ['best', { level: 9 }],
      ['fixed codes', { strategy: constants.Z_FIXED }],
      ['codes without references', { strategy: constants.Z_HUFFMAN_ONLY }],
      ['runs', { strategy: constants.Z_RLE }],
    ].map(([name, options]) =>
      conversation(
        function* ({ deflate }) {
          const message = utf8('abcabcabcabc, 0123456789 '.repeat(200));
          const bits = Math.max(9, deflate?.suite.windowBits ?? 15);
          const flushed = deflateRawSync(message, {
            windowBits: bits,
            finishFlush: constants.Z_SYNC_FLUSH,
            ...(options as object),
          });
          yield send(binary(flushed.subarray(0, -4), { rsv: RSV1 }));
          yield echoBinary(message);
          yield* closes();
        },
        { name: String(name), opening: { deflate: ANY } },
      ),
    ),
  ),
];
