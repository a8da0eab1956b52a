import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';
import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { RawClient, upgradeHead } from '../node/raw-client.ts';
import { leaveNothingBehind } from '../node/running-server.ts';
import { createEcho, endSharedServers, listenBriefly, share } from '../node/shared-server.ts';

leaveNothingBehind();
endSharedServers();

/** Talks to both halves of an application: its pages and its WebSocket. */
async function visit(port: number): Promise<void> {
  const agent = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 2; i++) {
    const page = await fetch(`${agent}/hello/ann`);
    expect([page.status, await page.text()]).toEqual([200, 'hello ann']);
    const posted = await fetch(`${agent}/sum`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"numbers":[1,2,3]}',
    });
    expect(await posted.json()).toEqual({ sum: 6 });
    expect((await fetch(`${agent}/nowhere`)).status).toBe(404);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { origin: agent });
    await once(socket, 'open');
    const echo = once(socket, 'message');
    socket.send('hello');
    expect(String((await echo)[0])).toBe('hello');
    socket.close(3000, 'bye');
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual([3000, 'bye']);
  }
  const refused = new RawClient(port);
  refused.send(upgradeHead('/nowhere'));
  expect((await refused.answer()).status).toBe(404);
}

describe('attached to the server of an application', () => {
  it('Express', async () => {
    const app = express();
    app.use(express.json());
    app.get('/hello/:name', (request, response) => void response.send(`hello ${request.params.name}`));
    app.post('/sum', (request, response) => {
      const { numbers } = request.body as { numbers: number[] };
      response.json({ sum: numbers.reduce((sum, one) => sum + one, 0) });
    });
    const { port } = await share(createServer(app));
    await visit(port);
  });

  it('Fastify', async () => {
    const app = fastify();
    app.get<{ Params: { name: string } }>('/hello/:name', async (request) => `hello ${request.params.name}`);
    app.post<{ Body: { numbers: number[] } }>('/sum', async ({ body }) => ({
      sum: body.numbers.reduce((sum, one) => sum + one, 0),
    }));
    const { server } = createEcho();
    server.attach(app.server);
    await app.ready();
    await visit(await listenBriefly(app.server));
    await app.close();
  });

  it('Express as the fallback of a server of ours', async () => {
    const app = express();
    app.get('/hello/:name', (request, response) => void response.send(`hello ${request.params.name}`));
    const { server } = createEcho({ fallback: (request, response) => app(request, response) });
    const address = await server.listen({ port: 0, host: '127.0.0.1' });
    if (typeof address === 'string') throw new Error('no port');
    const page = await fetch(`http://127.0.0.1:${address.port}/hello/ann`);
    expect(await page.text()).toBe('hello ann');
    const client = await RawClient.open(address.port);
    await client.gone();
  });
});
