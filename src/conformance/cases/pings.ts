import { hex } from '../bytes.ts';
import { ping, pong } from '../frame.ts';
import type { ConformanceCase } from '../model.ts';
import { answerPong, answerPongs, closes, defineCase, fails, send, sendChopped } from '../steps.ts';
import { asciiText, everyOctet } from './samples.ts';

const PING = ['RFC 6455 §5.5.2', 'RFC 6455 §5.5.3'];
const PONG = ['RFC 6455 §5.5.3'];
const CONTROL = ['RFC 6455 §5.5'];

const NO_UTF8 = hex('00 ff fe fd fc fb 00 ff');
const TEN = Array.from({ length: 10 }, (_, i) => `ping number ${i}`);

/** Group 2: pings are answered with what they carry, pongs are taken in silence. */
export const PINGS: readonly ConformanceCase[] = [
  defineCase('2.1', 'a ping without payload is answered', PING, () => [send(ping()), answerPong(), ...closes()]),
  defineCase('2.2', 'a ping with text is answered with that text', PING, () => [
    send(ping('are you there?')),
    answerPong('are you there?'),
    ...closes(),
  ]),
  defineCase('2.3', 'a ping whose payload is no UTF-8 is answered with that payload', PING, () => [
    send(ping(NO_UTF8)),
    answerPong(NO_UTF8),
    ...closes(),
  ]),
  defineCase('2.4', 'a ping of 125 octets, the most there may be, is answered', PING, () => [
    send(ping(everyOctet(125))),
    answerPong(everyOctet(125)),
    ...closes(),
  ]),
  defineCase('2.5', 'a ping of 126 octets fails the connection', CONTROL, () => [
    send(ping(everyOctet(126))),
    fails(1002),
  ]),
  defineCase('2.6', 'a ping that arrives octet by octet is answered', PING, () => [
    sendChopped(1, ping(asciiText(125))),
    answerPong(asciiText(125)),
    ...closes(),
  ]),
  defineCase('2.7', 'a pong without payload that nobody asked for is taken in silence', PONG, () => [
    send(pong()),
    ...closes(),
  ]),
  defineCase('2.8', 'a pong with payload that nobody asked for is taken in silence', PONG, () => [
    send(pong('nobody asked')),
    ...closes(),
  ]),
  defineCase('2.9', 'a ping behind a pong that nobody asked for is answered', PONG, () => [
    send(pong('nobody asked')),
    send(ping('this is a question')),
    answerPong('this is a question'),
    ...closes(),
  ]),
  defineCase('2.10', 'ten pings are answered in their order', PING, () => [
    send(...TEN.map((payload) => ping(payload))),
    answerPongs(...TEN),
    ...closes(),
  ]),
  defineCase('2.11', 'ten pings that arrive octet by octet are answered in their order', PING, () => [
    sendChopped(1, ...TEN.map((payload) => ping(payload))),
    answerPongs(...TEN),
    ...closes(),
  ]),
];
