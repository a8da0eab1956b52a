// Two ends of a connection that hand each other their bytes.
import { Protocol, type ProtocolHandler } from 'ws101/protocol';
import { nextMaskKey, text } from '../platform.ts';

const told = (name: string): ProtocolHandler => ({
  message(data) {
    console.log(name, 'got', data);
    return false;
  },
  pong() {},
  ended: ({ code, reason, by }) => console.log(name, 'ended with', code, reason, 'by', by),
});
const server = new Protocol({ role: 'server', text, now: 0, handler: told('server') });
const client = new Protocol({ role: 'client', text, nextMaskKey, now: 0, handler: told('client') });

/** Carries what waits in both outboxes; a real driver writes it to a socket. */
function carry(now: number): void {
  for (const bytes of client.outbox.take()) server.receive(bytes, now);
  for (const bytes of server.outbox.take()) client.receive(bytes, now);
}

console.log(client.send('hello'), server.send(Uint8Array.of(1, 2, 3)));
carry(1);
client.close(2, 1000, 'done');
carry(3);
server.transportEnded(); // what a driver says when the stream of bytes has ended
client.transportEnded();
