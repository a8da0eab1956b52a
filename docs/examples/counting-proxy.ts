// A proxy that counts frames by opcode, in both directions, and changes no byte.
// Run: npx tsx docs/examples/counting-proxy.ts localhost 8080
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { FrameDecoder, Opcode, ProtocolViolation } from 'ws101/codec';
import { HandshakeError, RequestHeadReader, ResponseHeadReader } from 'ws101/handshake';

type Counts = Map<string, number>;
interface Head {
  push(chunk: Uint8Array): number;
  readonly head: object | undefined;
}

const NAMES = new Map<number, string>(Object.entries(Opcode).map(([name, opcode]) => [opcode, name]));

// #region counter
/** Counts the frames of one direction: first the head passes, then each frame is looked at. It never writes into a chunk. */
function counter(role: 'server' | 'client', head: Head, counts: Counts): (chunk: Uint8Array) => void {
  const decoder = new FrameDecoder({
    role, // the end that would receive this direction
    // Whatever extensions the two ends agree on is their business: every bit and opcode passes.
    reservedBits: { start: 7, continuation: 7, control: 7 },
    extensionOpcodes: 0b1111_1000_1111_1000,
  });
  const sink = {
    header({ opcode }: { readonly opcode: number }): void {
      const name = NAMES.get(opcode) ?? `opcode ${opcode}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    payload: () => false,
  };
  return (chunk) => {
    try {
      const taken = head.push(chunk); // 0 once the head is complete
      if (head.head !== undefined) decoder.push(chunk.subarray(taken), sink);
    } catch (error) {
      if (!(error instanceof HandshakeError) && !(error instanceof ProtocolViolation)) throw error;
      counts.set(error.code, (counts.get(error.code) ?? 0) + 1);
      head = { push: (rest) => rest.length, head: undefined }; // counts no further; the bytes still pass
    }
  };
}
// #endregion

function proxy(client: Socket, host: string, port: number): void {
  const upstream = connect(port, host);
  const sent: Counts = new Map();
  const received: Counts = new Map();
  client.on('data', counter('server', new RequestHeadReader(), sent));
  upstream.on('data', counter('client', new ResponseHeadReader(), received));
  client.pipe(upstream);
  upstream.pipe(client);
  for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
    one.on('error', () => other.destroy());
  }
  client.on('close', () => {
    upstream.destroy();
    console.log(JSON.stringify({ sent: Object.fromEntries(sent), received: Object.fromEntries(received) }));
  });
}

const [host = 'localhost', port = '8080', listenPort = '0'] = process.argv.slice(2);
const server = createServer((client) => proxy(client, host, Number(port)));
server.listen(Number(listenPort), '127.0.0.1', () => {
  console.log(`counting between 127.0.0.1:${(server.address() as AddressInfo).port} and ${host}:${port}`);
});
