import { hex, join, NOTHING, uint16, utf8 } from '../bytes.ts';
import { compress } from '../deflate.ts';
import {
  binary,
  close,
  continuation,
  type Frame,
  fragments,
  frame,
  frameBytes,
  OPCODE,
  ping,
  pong,
  text,
} from '../frame.ts';
import type { ConformanceCase, Opening, Setting, Step } from '../model.ts';
import {
  answerPong,
  answersClose,
  closes,
  conversation,
  defineCases,
  echoBinary,
  echoText,
  fails,
  sendCut,
} from '../steps.ts';

/** What is said at once, and what must come back, wherever the stream was cut. */
interface Script {
  readonly title: string;
  readonly frames: readonly Frame[];
  readonly steps: readonly Step[];
  readonly opening?: Opening;
}

const KEY = hex('01020304');
const DEFLATED: Opening = { deflate: [{ noContextTakeover: true }] };

const echoes = (title: string, frames: readonly Frame[], ...steps: readonly Step[]): Script => ({
  title,
  frames,
  // The close frame waits for the echoes: who reads it with them may answer it first.
  steps: [...steps, ...closes()],
});

const failing = (
  title: string,
  code: number | readonly number[],
  frames: readonly Frame[],
  ...steps: readonly Step[]
): Script => ({
  title,
  frames,
  steps: [...steps, fails(...[code].flat())],
});

const closing = (title: string, frames: readonly Frame[], code: number): Script => ({
  title,
  frames,
  steps: [answersClose(code)],
});

const deflated = (title: string, frames: readonly Frame[], ...steps: readonly Step[]): Script => ({
  ...echoes(title, frames, ...steps),
  opening: DEFLATED,
});

const GREETING = 'Grüße, κόσμε 🙂';
const LENGTHY = '*'.repeat(126);

const SCRIPTS: readonly Script[] = [
  echoes('a text', [text('x')], echoText('x')),
  echoes('a text of several alphabets', [text(GREETING)], echoText(GREETING)),
  echoes('a binary message', [binary(hex('00ff80417f'))], echoBinary(hex('00ff80417f'))),
  echoes('an empty text', [text('')], echoText('')),
  echoes('an empty binary message', [binary('')], echoBinary('')),
  echoes('three messages', [text('a'), binary('b'), text('c')], echoText('a'), echoBinary('b'), echoText('c')),
  echoes('a text with its length in 16 bits', [text(LENGTHY)], echoText(LENGTHY)),
  echoes('a text in two fragments', [text('ab', { fin: false }), continuation('cd')], echoText('abcd')),
  echoes('a text in fragments of one byte', fragments(OPCODE.TEXT, 'κόσμε', 1), echoText('κόσμε')),
  echoes(
    'a binary message in fragments, some of them empty',
    [
      binary('', { fin: false }),
      continuation('a', { fin: false }),
      continuation('', { fin: false }),
      continuation('b'),
    ],
    echoBinary('ab'),
  ),
  echoes('a ping', [ping('hello')], answerPong('hello')),
  echoes('an empty ping', [ping()], answerPong('')),
  echoes('a ping before a text', [ping('1'), text('x')], answerPong('1'), echoText('x')),
  echoes(
    'a ping inside of a message',
    [text('ab', { fin: false }), ping('inside'), continuation('cd')],
    answerPong('inside'),
    echoText('abcd'),
  ),
  echoes(
    'a pong inside of a message',
    [text('ab', { fin: false }), pong('inside'), continuation('cd')],
    echoText('abcd'),
  ),
  closing('a close frame without a code', [close()], 1000),
  closing('a close frame with a code', [close(1000)], 1000),
  closing('a close frame with a reason', [close(1000, 'ciao 🙂')], 1000),
  closing('a close frame with a code of an application', [close(3999)], 3999),
  closing('a close frame inside of a message', [text('a', { fin: false }), close(1001)], 1001),
  failing('a reserved bit', 1002, [text('x', { rsv: 2 })]),
  failing('a reserved opcode', 1002, [frame(3, 'x')]),
  failing('a reserved control opcode', 1002, [frame(11, 'x')]),
  failing('a mask that is wrong', 1002, [text('x', { mask: 'wrong' })]),
  failing('a continuation of nothing', 1002, [continuation('x')]),
  failing('a message inside of a message', 1002, [text('a', { fin: false }), text('b')]),
  failing('a ping that is not final', 1002, [ping('x', { fin: false })]),
  failing('a ping of 126 bytes', 1002, [ping(LENGTHY)]),
  failing('a close frame of one byte', 1002, [frame(OPCODE.CLOSE, hex('03'))]),
  failing('a close code that none may send', 1002, [close(1005)]),
  failing('a reason that is not UTF-8', 1007, [frame(OPCODE.CLOSE, join(uint16(1000), hex('ce ba e1')))]),
  failing('a text that is not UTF-8', 1007, [text(hex('61 ed a0 80 62'))]),
  failing('a text that ends inside of a character', 1007, [text(hex('ce ba e1 bd'))]),
  failing('fragments that are not UTF-8', 1007, [text(hex('ce'), { fin: false }), continuation(hex('ce'))]),
  failing(
    'a length with the highest bit',
    [1002, 1009],
    [binary(NOTHING, { lengthForm: 64, claimedLength: 1n << 63n })],
  ),
  failing('a reserved bit behind a text', 1002, [text('x'), text('y', { rsv: 1 })], echoText('x', { otherwise: 'OK' })),
  failing('text that is not UTF-8 behind a ping', 1007, [ping('p'), text(hex('ff'))], answerPong('p')),
  deflated('a compressed text', [text(compress(utf8(GREETING)), { rsv: 4 })], echoText(GREETING)),
  deflated(
    'a compressed text in fragments',
    fragments(OPCODE.TEXT, compress(utf8('cut cut cut')), 3, 4),
    echoText('cut cut cut'),
  ),
  deflated(
    'a compressed and an uncompressed message',
    [binary(compress(hex('0102030401020304')), { rsv: 4 }), text('plain')],
    echoBinary(hex('0102030401020304')),
    echoText('plain'),
  ),
];

/** S: each of these conversations once for each place at which its bytes can be cut in two. */
export const STREAM_CUTS: readonly ConformanceCase[] = SCRIPTS.map(({ title, frames, steps, opening = {} }, i) => {
  const masked = lengthOf(frames, true);
  const conversations = Array.from({ length: masked - 1 }, (_, at) =>
    // An end that sends no masks has fewer bytes; its last places then stand for the whole.
    conversation(
      (setting: Setting) => [sendCut(Math.min(at + 1, lengthOf(frames, setting.masks)), ...frames), ...steps],
      {
        name: `cut behind byte ${at + 1}`,
        opening,
      },
    ),
  );
  return defineCases(`S.1.${i + 1}`, `${title}, cut at every byte`, ['RFC 6455 §5.2', 'RFC 6455 §5.4'], conversations);
});

function lengthOf(frames: readonly Frame[], masks: boolean): number {
  return frames.reduce((sum, one) => sum + frameBytes(one, masks, KEY).length, 0);
}
