import { NOTHING, utf8 } from '../bytes.ts';
import { compress } from '../deflate.ts';
import { close, continuation, type Frame, frame, OPCODE, ping, pong, text } from '../frame.ts';
import type { ConformanceCase, Opening } from '../model.ts';
import { conversation, defineCases, fails, send } from '../steps.ts';

/** What the bits and opcodes may mean on a connection. */
const STATES: readonly { readonly name: string; readonly opening: Opening; readonly rsv1: boolean }[] = [
  { name: 'without an extension', opening: { extensions: '' }, rsv1: false },
  { name: 'with permessage-deflate', opening: { deflate: [{}] }, rsv1: true },
];

const DATA: readonly (readonly [string, (rsv: number) => readonly Frame[]])[] = [
  ['a text frame', (rsv) => [frame(OPCODE.TEXT, payloadFor(rsv), { rsv })]],
  ['a binary frame', (rsv) => [frame(OPCODE.BINARY, payloadFor(rsv), { rsv })]],
  ['a first fragment', (rsv) => [frame(OPCODE.TEXT, payloadFor(rsv), { rsv, fin: false }), continuation(NOTHING)]],
];

const OTHERS: readonly (readonly [string, (rsv: number) => readonly Frame[]])[] = [
  ['a continuation', (rsv) => [text('a', { fin: false }), continuation('b', { rsv })]],
  ['a ping', (rsv) => [ping('x', { rsv })]],
  ['a pong', (rsv) => [pong('x', { rsv })]],
  ['a close frame', (rsv) => [close(1000, NOTHING, { rsv })]],
];

/** F.3: each combination of reserved bits on each kind of frame, with and without an extension that uses the first one. */
const BITS: readonly ConformanceCase[] = STATES.flatMap(({ name, opening, rsv1 }, state) =>
  [...DATA, ...OTHERS].map(([what, frames], i) => {
    const permitted = rsv1 && i < DATA.length ? [4] : [];
    const combinations = [1, 2, 3, 4, 5, 6, 7].filter((rsv) => !permitted.includes(rsv));
    return defineCases(
      `F.3.${state * (DATA.length + OTHERS.length) + i + 1}`,
      `${what} with reserved bits that mean nothing ${name} fails the connection`,
      ['RFC 6455 §5.2', ...(rsv1 ? ['RFC 7692 §6'] : [])],
      combinations.map((rsv) =>
        conversation(() => [send(...frames(rsv)), fails(1002)], { name: `bits ${bits(rsv)}`, opening }),
      ),
    );
  }),
);

const RESERVED = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];

/** F.4: each reserved opcode: alone, inside of a message, and with a payload that it could not be compressed in. */
const OPCODES: readonly ConformanceCase[] = STATES.flatMap(({ name, opening, rsv1 }, state) => [
  defineCases(
    `F.4.${state * 3 + 1}`,
    `a frame with a reserved opcode fails the connection ${name}`,
    ['RFC 6455 §5.2'],
    RESERVED.map((opcode) =>
      conversation(() => [send(frame(opcode, 'x')), fails(1002)], { name: `opcode ${opcode}`, opening }),
    ),
  ),
  defineCases(
    `F.4.${state * 3 + 2}`,
    `a frame with a reserved opcode inside of a message fails the connection ${name}`,
    ['RFC 6455 §5.2', 'RFC 6455 §5.4'],
    RESERVED.map((opcode) =>
      conversation(() => [send(text('a', { fin: false }), frame(opcode, NOTHING), continuation('b')), fails(1002)], {
        name: `opcode ${opcode}`,
        opening,
      }),
    ),
  ),
  defineCases(
    `F.4.${state * 3 + 3}`,
    `a frame with a reserved opcode and the first reserved bit fails the connection ${name}`,
    ['RFC 6455 §5.2', ...(rsv1 ? ['RFC 7692 §6'] : [])],
    RESERVED.map((opcode) =>
      conversation(() => [send(frame(opcode, compress(utf8('x')), { rsv: 4 })), fails(1002)], {
        name: `opcode ${opcode}`,
        opening,
      }),
    ),
  ),
]);

/** F.3 and F.4: what RFC 6455 keeps for later. */
export const FRAMING_RESERVED: readonly ConformanceCase[] = [...BITS, ...OPCODES];

/** With RSV1 the payload is a compressed one, so that nothing else is wrong with the frame. */
function payloadFor(rsv: number): Uint8Array {
  return (rsv & 4) === 0 ? utf8('x') : compress(utf8('x'));
}

function bits(rsv: number): string {
  return rsv.toString(2).padStart(3, '0');
}
