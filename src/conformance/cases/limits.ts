import { hex, latin1, pieces, utf8 } from '../bytes.ts';
import { compress } from '../deflate.ts';
import { binary, close, continuation, type Frame, frameBytes, ping, pong, text } from '../frame.ts';
import { headBytes, withMore } from '../head.ts';
import type { ConformanceCase, Conversation, HeadPiece, Opening, Step, Talk } from '../model.ts';
import { closes, conversation, custom, defineCases, echoText, send } from '../steps.ts';

/** The reasons to end a connection that asks too much (RFC 6455 §7.4.1, and 1013 of the registry). */
const TOO_MUCH = [1002, 1008, 1009, 1011, 1013];
const SECTIONS = ['RFC 6455 §10.4'];
const KEY = hex('11223344');

/** Whatever a connection was used for, the testee must still serve the next one. */
const NEXT: Conversation = conversation(() => [send(text('still there')), echoText('still there'), ...closes()], {
  name: 'the next connection',
});

/** A burst on one connection; behind it the testee must still serve the next one. */
function flood(number: string, title: string, steps: () => Iterable<Step>, opening: Opening = {}): ConformanceCase {
  const burst = conversation(steps, { name: 'the burst', opening });
  return defineCases(number, title, SECTIONS, [burst, NEXT], { needsLimits: true });
}

/** Frames, then a text: the testee sends it back behind its answers, or has ended the connection for good reason before. */
function* endures(count: number, frameAt: (i: number) => Frame, answer: 'message' | 'pong' | 'none'): Generator<Step> {
  yield custom('the last message comes back, or the connection ends with a code for too much', async (talk: Talk) => {
    const { masks } = talk.setting;
    for (let at = 0; at < count; at += 1_000) {
      const frames = Array.from({ length: Math.min(1_000, count - at) }, (_, i) =>
        frameBytes(frameAt(at + i), masks, KEY),
      );
      if (!(await talk.write(Buffer.concat(frames)))) break;
    }
    await talk.send(text('last'));
    for (;;) {
      const incoming = await talk.next();
      if (incoming === undefined) talk.fail('neither the last message nor an end came', 'nothing in time');
      if (incoming.kind === 'end') return;
      if (incoming.kind === 'violation') talk.fail(incoming.message);
      if (incoming.kind === 'close') {
        if (incoming.code !== undefined && !TOO_MUCH.includes(incoming.code))
          talk.fail('the close frame has another code', `code ${incoming.code}`);
        await talk.send(close(incoming.code));
        return;
      }
      if (incoming.kind === 'message' && isLast(incoming.payload)) return;
      if (incoming.kind !== answer) talk.fail('something came that was not asked for', incoming.kind);
    }
  });
}

const slowly = (octets: number, pauseMs: number): Opening => ({
  head: (usual) => pieces(headBytes(usual), octets).flatMap((piece): HeadPiece[] => [piece, { pauseMs }]),
  outcome: { kind: 'either', statuses: [400, 408] },
});

/** L: as much as a testee must be able to bear, or to end. Each case says how much that is. */
export const LIMITS: readonly ConformanceCase[] = [
  flood('L.1.1', '10,000 pings in a burst', () => endures(10_000, (i) => ping(`${i}`), 'pong')),
  flood('L.1.2', '10,000 pongs in a burst', () => endures(10_000, (i) => pong(`${i}`), 'none')),
  flood('L.1.3', '10,000 messages in a burst', () => endures(10_000, (i) => text(`${i}`), 'message')),
  flood('L.1.4', '1,000 messages of 8 KiB in a burst', () => {
    const payload = utf8('*'.repeat(8_192));
    return endures(1_000, () => binary(payload), 'message');
  }),
  flood('L.2.1', '50,000 empty fragments', () =>
    endures(50_000, (i) => (i === 0 ? binary('', { fin: false }) : continuation('', { fin: i === 49_999 })), 'message'),
  ),
  flood('L.2.2', '50,000 fragments of one byte', () =>
    endures(
      50_000,
      (i) => (i === 0 ? binary('x', { fin: false }) : continuation('x', { fin: i === 49_999 })),
      'message',
    ),
  ),
  flood('L.2.3', 'a message of 16 MiB', () => {
    const payload = utf8('*'.repeat(16 * 1024 * 1024));
    return endures(1, () => binary(payload), 'message');
  }),
  flood(
    'L.2.4',
    '16 MiB of zeros, compressed to 16 KiB',
    () => {
      const payload = compress(new Uint8Array(16 * 1024 * 1024));
      return endures(1, () => binary(payload, { rsv: 4 }), 'message');
    },
    { deflate: [{}] },
  ),
  flood('L.3.1', '8 MiB behind a close frame', () => [
    send(close(1000)),
    custom('a close frame, and the end of TCP', async (talk: Talk) => {
      const bytes = frameBytes(binary('*'.repeat(65_536)), talk.setting.masks, KEY);
      for (let i = 0; i < 128; i++) if (!(await talk.write(bytes))) break;
      for (;;) {
        const incoming = await talk.next();
        if (incoming === undefined) talk.fail('no end came', 'nothing in time');
        if (incoming.kind === 'end') return;
        if (incoming.kind !== 'close') talk.fail('something came that was not asked for', incoming.kind);
        if (talk.setting.testee === 'client') return;
      }
    }),
  ]),
  defineCases(
    'L.4.1',
    'what is done with a head that comes one byte a second',
    ['RFC 6455 §10.4', 'RFC 9110 §15.5.9'],
    [conversation(() => closes(), { opening: slowly(1, 1_000), withinMs: 20_000 })],
    { needsLimits: true, informational: true, testees: ['server'] },
  ),
  defineCases(
    'L.4.2',
    'a head of 8 MiB',
    ['RFC 6455 §10.4', 'RFC 9110 §5.4'],
    [
      conversation(() => closes(), {
        name: 'the head',
        opening: {
          head: (usual) => [headBytes(withMore(usual, 'X-Long', 'x'.repeat(8 * 1024 * 1024)))],
          outcome: { kind: 'either', statuses: [400, 413, 414, 431] },
        },
      }),
      NEXT,
    ],
    { needsLimits: true, testees: ['server'] },
  ),
  defineCases(
    'L.4.3',
    'a head that never ends',
    ['RFC 6455 §10.4', 'RFC 9110 §5.4'],
    [
      conversation(() => closes(), {
        name: 'the head',
        opening: {
          head: (usual) => [
            headBytes(usual).slice(0, -2),
            ...Array.from({ length: 64 }, () => latin1('X-More: x\r\n'.repeat(1_000))),
          ],
          outcome: { kind: 'either', statuses: [400, 408, 413, 431] },
        },
      }),
      NEXT,
    ],
    { needsLimits: true, testees: ['server'] },
  ),
];

function isLast(payload: Uint8Array): boolean {
  return Buffer.from('last').equals(payload);
}
