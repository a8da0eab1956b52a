import { continuation, type Frame, ping, pong, text } from '../frame.ts';
import type { ConformanceCase, Step } from '../model.ts';
import { answerPong, closes, defineCase, echoText, fails, pause, send, sendChopped, sendEach } from '../steps.ts';

const FRAGMENTS = ['RFC 6455 §5.4'];
const CONTROL = ['RFC 6455 §5.5', 'RFC 6455 §5.4'];

/** The ways to write the same frames, in the order of the numbers. */
const WRITINGS: readonly (readonly [name: string, write: (...frames: Frame[]) => Step])[] = [
  ['in one write', send],
  ['a write for each frame', sendEach],
  ['octet by octet', (...frames) => sendChopped(1, ...frames)],
];

/** A case for each way to write, with numbers from this one on. */
function inEveryWriting(
  first: number,
  title: string,
  sections: readonly string[],
  steps: (write: (...frames: Frame[]) => Step) => Step[],
): ConformanceCase[] {
  return WRITINGS.map(([name, write], i) =>
    defineCase(`5.${first + i}`, `${title}, ${name}`, sections, () => steps(write)),
  );
}

const WHOLE = 'the first half, the second half';
const FIRST = text('the first half, ', { fin: false });
const LAST = continuation('the second half');
const STRAY_LAST = continuation('it continues nothing');
const STRAY_MIDDLE = continuation('it continues nothing', { fin: false });

/** Five fragments, a ping behind the first and the third. */
const LONG_WHOLE = 'one two three four five';
function longStory(write: (...frames: Frame[]) => Step): Step[] {
  return [
    write(text('one ', { fin: false }), continuation('two ', { fin: false })),
    write(ping('between two and three')),
    answerPong('between two and three'),
    pause(1_000),
    write(continuation('three ', { fin: false }), continuation('four ', { fin: false })),
    write(ping('between four and five')),
    answerPong('between four and five'),
    write(continuation('five')),
    echoText(LONG_WHOLE),
    ...closes(),
  ];
}

/** Group 5: messages in fragments come back whole, control frames between them are answered, and the order is kept. */
export const FRAGMENTATION: readonly ConformanceCase[] = [
  defineCase('5.1', 'a ping in two fragments fails the connection', CONTROL, () => [
    send(ping('half', { fin: false }), continuation('half')),
    fails(1002),
  ]),
  defineCase('5.2', 'a pong in two fragments fails the connection', CONTROL, () => [
    send(pong('half', { fin: false }), continuation('half')),
    fails(1002),
  ]),
  ...inEveryWriting(3, 'a text in two fragments comes back', FRAGMENTS, (write) => [
    write(FIRST, LAST),
    echoText(WHOLE),
    ...closes(),
  ]),
  ...inEveryWriting(6, 'a ping between two fragments is answered before their message', CONTROL, (write) => [
    write(FIRST, ping('in between'), LAST),
    answerPong('in between'),
    echoText(WHOLE),
    ...closes(),
  ]),
  ...inEveryWriting(9, 'a last fragment of nothing fails the connection', FRAGMENTS, (write) => [
    write(STRAY_LAST, text('too late')),
    fails(1002),
  ]),
  ...inEveryWriting(12, 'a fragment of nothing fails the connection', FRAGMENTS, (write) => [
    write(STRAY_MIDDLE, text('too late')),
    fails(1002),
  ]),
  defineCase('5.15', 'a fragment of nothing behind a message in two fragments fails the connection', FRAGMENTS, () => [
    send(FIRST, LAST, STRAY_MIDDLE, text('too late')),
    echoText(WHOLE, { otherwise: 'NON-STRICT' }),
    fails(1002),
  ]),
  defineCase('5.16', 'fragments of nothing, each before a message in two fragments', FRAGMENTS, () => [
    send(STRAY_MIDDLE, FIRST, LAST, STRAY_MIDDLE, FIRST, LAST),
    fails(1002),
  ]),
  defineCase('5.17', 'last fragments of nothing, each before a message in two fragments', FRAGMENTS, () => [
    send(STRAY_LAST, FIRST, LAST, STRAY_LAST, FIRST, LAST),
    fails(1002),
  ]),
  defineCase('5.18', 'a new message inside one that has not ended fails the connection', FRAGMENTS, () => [
    send(FIRST, text('the second half')),
    fails(1002),
  ]),
  defineCase('5.19', 'five fragments with two pings and a second of silence between them', CONTROL, () =>
    longStory(send),
  ),
  defineCase('5.20', 'the same with a write for each frame', CONTROL, () => longStory(sendEach)),
];
