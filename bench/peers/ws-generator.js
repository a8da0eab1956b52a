// No server but a load generator, as one writes it with the client of `ws`: keeps so many messages in flight on each connection, checks
// kind and length of each answer, and prints what came within the time as one line of JSON. It times no message, which spares it work.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    connections: { type: 'string', default: '50' },
    depth: { type: 'string', default: '16' },
    bytes: { type: 'string', default: '32' },
    'warmup-ms': { type: 'string', default: '1000' },
    'duration-ms': { type: 'string', default: '3000' },
  },
});
const [connections, depth, bytes] = [Number(values.connections), Number(values.depth), Number(values.bytes)];
const payload = Buffer.alloc(bytes, 0x37);
const SENDING = { binary: true, mask: true, compress: false };

let received = 0;
let wrong = 0;

/** @returns {Promise<WebSocket>} */
function connect() {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(values.url, { perMessageDeflate: false });
    socket.once('open', () => resolve(socket));
    socket.on('error', reject);
    socket.on('close', (code) => fail(`a connection was closed with ${code}`));
    socket.on('message', (/** @type {Buffer} */ data, binary) => {
      if (binary && data.length === bytes) received++;
      else wrong++;
      socket.send(payload, SENDING);
    });
  });
}

/** @param {string} why @returns {never} */
function fail(why) {
  console.error(why);
  process.exit(1);
}

/** @param {string} text */
const delay = (text) => new Promise((resolve) => setTimeout(resolve, Number(text)));

try {
  for (const socket of await Promise.all(Array.from({ length: connections }, connect)))
    for (let sent = 0; sent < depth; sent++) socket.send(payload, SENDING);
} catch (error) {
  fail(String(error));
}
await delay(values['warmup-ms']);
received = 0;
const [cpu, from] = [process.cpuUsage(), process.hrtime.bigint()];
await delay(values['duration-ms']);
const { user, system } = process.cpuUsage(cpu);
const elapsedNs = Number(process.hrtime.bigint() - from);
console.log(JSON.stringify({ received, wrong, elapsedNs, cpuNs: (user + system) * 1000 }));
process.exit(0);
