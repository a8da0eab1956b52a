// A WebSocket client: npx tsx docs/examples/client-in-40-lines.ts ws://localhost:8080/ws hello
import { connect } from 'node:net';
import { checkUpgradeResponse, createKey, encodeUpgradeRequest, ResponseHeadReader } from 'ws101/handshake';
import { Protocol } from 'ws101/protocol';
import { nextMaskKey, now, text } from './platform.ts';

const { host, hostname, port, pathname, search } = new URL(process.argv[2] ?? 'ws://localhost:8080/ws');
const key = createKey(crypto.getRandomValues(new Uint8Array(16)));
const head = new ResponseHeadReader();
const protocol = new Protocol({
  role: 'client',
  text,
  nextMaskKey,
  now: now(),
  handler: {
    message(data) {
      console.log(data);
      protocol.close(now(), 1000);
      return false;
    },
    pong() {},
    ended: ({ code }) => console.log(`closed with ${code}`),
  },
});

protocol.send(process.argv[3] ?? 'hello'); // waits in the outbox
const socket = connect(Number(port || 80), hostname);
socket.write(encodeUpgradeRequest({ host, target: pathname + search, key }));
socket.on('data', (chunk) => {
  const opened = head.head !== undefined;
  const rest = chunk.subarray(head.push(chunk)); // `push` takes 0 once the head is complete
  if (!opened && head.head !== undefined) checkUpgradeResponse(head.head, { key, protocols: [], extensions: [] });
  protocol.receive(rest, now());
  settle();
});
socket.on('close', () => protocol.transportEnded());
setInterval(() => [protocol.tick(now()), settle()], 500).unref();

function settle(): void {
  if (head.head === undefined) return; // the handshake comes first
  for (const frames of protocol.outbox.take()) socket.write(frames);
  if (protocol.destroyRequested) socket.destroy();
  else if (protocol.endRequested) socket.end();
}
