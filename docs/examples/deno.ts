// An echo server and a client over Deno's own TCP: a Deno.Conn is a pair of streams already.
// Run: deno run --allow-net deno.ts   (in a folder where ws101 is installed)
import { acceptStreams, openStreams } from './whatwg-connection.ts';

const listener = Deno.listen({ hostname: '127.0.0.1', port: 0 });
const { port } = listener.addr;

async function serve(): Promise<void> {
  for await (const conn of listener) {
    acceptStreams(conn, (connection, data) => void connection.send(data))
      .then(({ closed }) => closed)
      .then(
        ({ code }) => console.log(`server: closed with ${code}`),
        (error: Error) => console.log(`server: refused, ${error.message}`),
      );
  }
}
const serving = serve();

const conn = await Deno.connect({ hostname: '127.0.0.1', port });
const client = await openStreams(conn, `127.0.0.1:${port}`, (self, data) => {
  console.log('client: received', data);
  self.close(1000, 'done');
});
client.send('hello from Deno');
const { code, clean } = await client.closed;
console.log(`client: closed with ${code}, clean: ${clean}`);
listener.close();
await serving;
