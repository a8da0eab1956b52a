// A server, and a client that is told no before it is told yes.
import { connect, reject, type UnexpectedResponseError, WebSocketServer } from 'ws101';

const server = new WebSocketServer();
server.route<{ user: string }>('/feed', {
  upgrade: (request) => (request.bearer() === 'secret' ? { data: { user: 'ann' } } : reject(401, 'token required')),
  open: (connection) => void connection.send(`welcome ${connection.data.user}`),
  message: (connection, data) => void connection.send(data),
});
const { port } = await server.listen({ port: 0, host: '127.0.0.1' }).then(() => server.address as { port: number });

const url = `ws://127.0.0.1:${port}/feed`;
await connect(url).catch((error: UnexpectedResponseError) => console.log('refused with', error.response.status));

const connection = await connect(url, { headers: { Authorization: 'Bearer secret' } });
console.log(await connection.receive());
await connection.sendAndDrain('hello');
console.log(await connection.receive());
connection.close(1000, 'thanks');
console.log(await connection.closed);
await server.shutdown({ deadlineMs: 1_000 });
