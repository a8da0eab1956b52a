import type { Socket } from 'node:net';
import { close, text } from '../frame.ts';
import type { Conversation, Step, Talk } from '../model.ts';
import { conversation, custom, send } from '../steps.ts';

/** How long an answer that is no case may take, and how long its client to close. */
const ANSWER_MS = 10_000;
const CLOSE_MS = 1_000;
const MOST_PASSED_OVER = 100;

/** A conversation that tells a client one text, or none, and closes. */
export function telling(words: string | undefined): Conversation {
  const steps = (): Step[] => [
    ...(words === undefined ? [] : [send(text(words))]),
    send(close(1000)),
    custom('a close frame', untilClosed),
  ];
  return conversation(steps, { withinMs: ANSWER_MS });
}

/** A client may echo what it is told here as well, and send a few pings; one that goes on and on is cut off. */
async function untilClosed(talk: Talk): Promise<void> {
  for (let passedOver = 0; passedOver < MOST_PASSED_OVER; passedOver++) {
    const incoming = await talk.next(CLOSE_MS);
    if (incoming === undefined || ['close', 'violation', 'end'].includes(incoming.kind)) return;
  }
}

/** Answers a request that asks for nothing that there is, and ends TCP. */
export function refuse(socket: Socket, status: 404 | 503, sentence: string): void {
  const body = `${sentence}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${status === 404 ? 'Not Found' : 'Service Unavailable'}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.resume();
}
