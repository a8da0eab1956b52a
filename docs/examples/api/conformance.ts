// The cases on closing, run against a server.
import { WebSocketServer } from 'ws101';
import { runServerTests } from 'ws101/conformance';

const server = new WebSocketServer();
server.route('/', { message: (connection, data) => void connection.send(data) });
await server.listen({ port: 0, host: '127.0.0.1' });
const { port } = server.address as { port: number };

const report = await runServerTests({ url: `ws://127.0.0.1:${port}/`, cases: ['7.1.*'] });
for (const { number, behavior, title } of report.results) console.log(number, behavior, title);
await server.shutdown();
