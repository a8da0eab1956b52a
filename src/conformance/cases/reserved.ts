import { binary, close, type Frame, frame, ping, text } from '../frame.ts';
import type { ConformanceCase, Step } from '../model.ts';
import { defineCase, echoText, fails, send, sendChopped, sendEach } from '../steps.ts';

const BITS = ['RFC 6455 §5.2'];
const HELLO = 'a message that is in order';

/** A message in order, something that is not, and a ping that must stay unanswered. The echo may be given up (§7.1.7). */
function between(bad: Frame, write: (...frames: Frame[]) => Step): () => Step[] {
  return () => [write(text(HELLO), bad, ping('too late')), echoText(HELLO, { otherwise: 'NON-STRICT' }), fails(1002)];
}

function octetwise(...frames: Frame[]): Step {
  return sendChopped(1, ...frames);
}

function alone(bad: Frame): () => Step[] {
  return () => [send(bad), fails(1002)];
}

/** Group 3: reserved bits that no extension has given a meaning fail the connection. */
export const RESERVED_BITS: readonly ConformanceCase[] = [
  defineCase('3.1', 'RSV3 on a text frame fails the connection', BITS, alone(text('RSV3', { rsv: 1 }))),
  defineCase('3.2', 'RSV2 on a text frame behind a good one', BITS, between(text('RSV2', { rsv: 2 }), send)),
  defineCase(
    '3.3',
    'RSV2 and RSV3 on a text frame behind a good one, each frame in a write of its own',
    BITS,
    between(text('RSV2 and RSV3', { rsv: 3 }), sendEach),
  ),
  defineCase(
    '3.4',
    'RSV1 on a text frame behind a good one, octet by octet, without an extension',
    BITS,
    between(text('RSV1', { rsv: 4 }), octetwise),
  ),
  defineCase('3.5', 'RSV1 and RSV3 on a binary frame', BITS, alone(binary('RSV1 and RSV3', { rsv: 5 }))),
  defineCase('3.6', 'RSV1 and RSV2 on a ping', BITS, alone(ping('RSV1 and RSV2', { rsv: 6 }))),
  defineCase('3.7', 'all three reserved bits on a close frame', BITS, alone(close(1000, '', { rsv: 7 }))),
];

const PAYLOAD = 'an opcode that nobody has defined';

/** Group 4: opcodes that RFC 6455 reserves fail the connection. */
export const RESERVED_OPCODES: readonly ConformanceCase[] = [
  ...[3, 11].flatMap((first, group) => {
    const kind = group === 0 ? 'data' : 'control';
    const number = (at: number): string => `4.${group + 1}.${at}`;
    const named = (opcode: number, more: string): string => `reserved ${kind} opcode ${opcode}, ${more}`;
    return [
      defineCase(number(1), named(first, 'no payload'), BITS, alone(frame(first))),
      defineCase(number(2), named(first + 1, 'with payload'), BITS, alone(frame(first + 1, PAYLOAD))),
      defineCase(
        number(3),
        named(first + 2, 'no payload, behind a good message'),
        BITS,
        between(frame(first + 2), send),
      ),
      defineCase(
        number(4),
        named(first + 3, 'with payload, behind a good message'),
        BITS,
        between(frame(first + 3, PAYLOAD), send),
      ),
      defineCase(
        number(5),
        named(first + 4, 'with payload, behind a good message, octet by octet'),
        BITS,
        between(frame(first + 4, PAYLOAD), octetwise),
      ),
    ];
  }),
];
