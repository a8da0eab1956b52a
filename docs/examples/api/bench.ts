// A second of load on an echo server, and what the report says about it and about itself.
import { WebSocketServer } from 'ws101';
import { formatReport, runBench } from 'ws101/bench';

const server = new WebSocketServer();
server.route('/', { message: (connection, data) => void connection.send(data) });
await server.listen({ port: 0, host: '127.0.0.1' });
const { port } = server.address as { port: number };

const report = await runBench({
  url: `ws://127.0.0.1:${port}/`,
  connections: 2,
  durationMs: 1_000,
  warmupMs: 100,
  calibrate: false,
});
await server.shutdown();
console.log(formatReport(report, { width: 100, paint: (text) => text }));
