// Two ends of a WebSocket over WHATWG streams, joined in memory: no socket, no Node.
// Run: npx tsx docs/examples/whatwg-streams.ts
import { acceptStreams, openStreams, type StreamPair } from './whatwg-connection.ts';

function joinedPairs(): [StreamPair, StreamPair] {
  const up = new TransformStream<Uint8Array, Uint8Array>();
  const down = new TransformStream<Uint8Array, Uint8Array>();
  return [
    { readable: up.readable, writable: down.writable },
    { readable: down.readable, writable: up.writable },
  ];
}

const [serverSide, clientSide] = joinedPairs();

const accepting = acceptStreams(serverSide, async (connection, data) => {
  await Promise.resolve(); // any asynchronous work: what comes next waits in the stream
  connection.send(typeof data === 'string' ? data.toUpperCase() : data);
});

let replies = 0;
const client = await openStreams(clientSide, 'example.test', (connection, data) => {
  console.log('client: received', data);
  if (++replies === 3) connection.close(1000, 'done');
});
client.send('one');
client.send('two');
client.send(Uint8Array.of(1, 2, 3));

const server = await accepting;
console.log('client: closed', await client.closed);
console.log('server: closed', await server.closed);
