import { join } from '../bytes.ts';
import type { DeflateSide, DeflateWish } from '../deflate-terms.ts';
import { fragments, frameBytes, OPCODE } from '../frame.ts';
import type { ConformanceCase, Step } from '../model.ts';
import { closes, defineCase, expectNext, send } from '../steps.ts';
import { CompressedMessages } from './compressed-messages.ts';
import { CORPORA, type Corpus } from './corpora.ts';

const SECTIONS = ['RFC 7692 §6', 'RFC 7692 §7.2'];
const MESSAGES = 1_000;

/** The messages of one case: how long each is, in how large fragments, and until when all must be back. */
interface Shape {
  readonly length: number;
  /** Octets of compressed payload in a fragment; Infinity for one frame. */
  readonly fragment: number;
  readonly withinMs: number;
}

/** The eighteen shapes that every group goes through, in the order of the last number. */
const SHAPES: readonly Shape[] = [
  ...[16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072].map((length) => shape(length)),
  ...[8_192, 16_384, 32_768, 65_536, 131_072].map((length) => shape(length, 256)),
  ...[1_024, 4_096, 32_768].map((fragment) => shape(131_072, fragment)),
];

function shape(length: number, fragment: number = Number.POSITIVE_INFINITY): Shape {
  const seconds = length <= 64 ? 60 : length === 256 ? 120 : length === 1_024 ? 240 : 480;
  return { length, fragment, withinMs: seconds * 1_000 };
}

/** A message and its frames, ready to be written. */
interface Prepared {
  readonly message: Uint8Array;
  readonly bytes: Uint8Array;
}

const KEY = Uint8Array.of(0x5a, 0x0f, 0xc3, 0x96);
const compressions = new CompressedMessages();

function prepare(corpus: Corpus, { length, fragment }: Shape, side: DeflateSide, masks: boolean): Prepared[] {
  const opcode = corpus.isText ? OPCODE.TEXT : OPCODE.BINARY;
  return compressions.of(corpus, length, side).map(({ message, payload }) => {
    const frames = fragments(opcode, payload, fragment, 4);
    return { message, bytes: join(...frames.map((frame) => frameBytes(frame, masks, KEY))) };
  });
}

function* exchange(corpus: Corpus, prepared: readonly Prepared[]): Generator<Step> {
  const opcode = corpus.isText ? OPCODE.TEXT : OPCODE.BINARY;
  const expects = prepared.map(({ message }) => expectNext({ kind: 'message', opcode, payload: message }));
  const sends = prepared.map(({ bytes }) => send(bytes));
  for (let i = 0; i < MESSAGES; i++) {
    const step = i % prepared.length;
    const [sending, expecting] = [sends[step], expects[step]];
    if (sending !== undefined) yield sending;
    if (expecting !== undefined) yield expecting;
  }
  yield* closes();
}

function deflateCases(group: string, corpus: Corpus, wishes: readonly DeflateWish[], terms: string): ConformanceCase[] {
  return SHAPES.map((each, i) => {
    const units = corpus.isText ? 'characters' : 'octets';
    const cut = Number.isFinite(each.fragment) ? ` in fragments of ${each.fragment}` : '';
    const title = `${MESSAGES} compressed messages of ${each.length} ${units} of ${corpus.name}${cut} come back${terms}`;
    return defineCase(
      `${group}.${i + 1}`,
      title,
      SECTIONS,
      ({ deflate, masks }) =>
        deflate === undefined ? [] : exchange(corpus, prepare(corpus, each, deflate.suite, masks)),
      { opening: { deflate: wishes }, withinMs: each.withinMs },
    );
  });
}

/** What group 13 asks the testee's compressor for, in the order of the second number. */
const TERMS: readonly (readonly [name: string, wishes: readonly DeflateWish[]])[] = [
  ['nothing', [{}]],
  ['no context takeover', [{ noContextTakeover: true }]],
  ['a window of 9 bits', [{ windowBits: 9 }]],
  ['a window of 15 bits', [{ windowBits: 15 }]],
  ['no context takeover and a window of 9 bits', [{ noContextTakeover: true, windowBits: 9 }]],
  ['no context takeover and a window of 15 bits', [{ noContextTakeover: true, windowBits: 15 }]],
  [
    'both, or at least no context takeover, or nothing',
    [{ noContextTakeover: true, windowBits: 9 }, { noContextTakeover: true }, {}],
  ],
];

/** Groups 12 and 13: compressed messages of every kind and size, on every term. */
export const DEFLATE_MESSAGES: readonly ConformanceCase[] = [
  ...CORPORA.flatMap((corpus, i) => deflateCases(`12.${i + 1}`, corpus, [{}], '')),
  ...TERMS.flatMap(([name, wishes], i) => deflateCases(`13.${i + 1}`, CORPORA[0], wishes, `; asked for: ${name}`)),
];
