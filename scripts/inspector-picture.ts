// Draws docs/inspector.png: the page of the live inspector with a short conversation in it. Run: npx tsx scripts/inspector-picture.ts
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { chromium } from 'playwright-core';
import { createInspector } from '../src/inspector/index.ts';
import { deflateMessage, WebSocketServer } from '../src/node/index.ts';
import { ScriptedPeer, upgradeRequest } from '../src/testing/index.ts';

const PICTURE = new URL('../docs/inspector.png', import.meta.url);
const MOST_BYTES = 200 * 1024;

const server = new WebSocketServer({ deflate: true, keepalive: false });
server.route('/chat', {
  message: (connection, data) => connection.send(data, { compress: typeof data === 'string' && data.length > 60 }),
});
const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
const inspector = await createInspector({ target: `ws://localhost:${port}/chat` });
const where = await inspector.listen({ host: '127.0.0.1', port: 0 });

const socket = connect({ port: where.port, host: '127.0.0.1', noDelay: true });
await once(socket, 'connect');
const client = new ScriptedPeer(socket, 'client');
client.send(upgradeRequest('/', { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }));
await client.readHead();
client.sendFrame(1, 'Hello');
await client.readFrame();
client.sendFrame(1, 'Two fragments ', { fin: false });
client.sendFrame(9, 'are you there?');
client.sendFrame(0, 'and one message ✓');
await client.readFrame();
await client.readFrame();
const users = Array.from({ length: 12 }, (_, id) => ({ id, name: `user ${id}`, online: true }));
const text = new TextEncoder().encode(JSON.stringify({ type: 'state', users }));
client.sendFrame(1, deflateMessage(text, { windowBits: 12, level: 6, memLevel: 8 }), { rsv: 4 });
await client.readFrame();
client.sendFrame(3, 'an opcode of tomorrow');
await client.readEnd();
client.end();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, colorScheme: 'light' });
await page.goto(`http://localhost:${where.port}/`);
await page.locator('.row.end').waitFor();
await page.locator('.row .card', { hasText: 'joins 2' }).click();
await page.locator('.hex-digits .byte').nth(2).hover();
const picture = await page.screenshot();
await browser.close();
await inspector.close();
await server.shutdown({ deadlineMs: 100 });
if (picture.length > MOST_BYTES) throw new Error(`the picture has ${picture.length} bytes, more than ${MOST_BYTES}`);
writeFileSync(PICTURE, picture);
