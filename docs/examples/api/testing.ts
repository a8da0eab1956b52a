// A server is tested without a socket: by a peer that breaks a rule, with a clock that is told to go on.
import { WebSocketServer } from 'ws101';
import { openScriptedClient, TestClock, usePorts } from 'ws101/testing';

const clock = new TestClock();
const restore = usePorts({ clock });
const server = new WebSocketServer({ keepalive: { intervalMs: 20_000, timeoutMs: 20_000 } });
server.route('/echo', { message: (connection, data) => void connection.send(data) });

const peer = await openScriptedClient(server, '/echo');
clock.advance(20_200); // no waiting: the server pings, at the next 100 ms
console.log('opcode', (await peer.readFrame()).opcode);
peer.sendFrame(1, 'without a mask', { masked: false });
const { opcode, payload } = await peer.readFrame();
console.log('opcode', opcode, 'code', new DataView(payload.buffer, payload.byteOffset).getUint16(0));

peer.transport.end();
await server.shutdown();
restore();
