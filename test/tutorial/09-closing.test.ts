import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { describeChapter } from './chapter.ts';
import { RunningStep } from './running-step.ts';
import { clientFrame, listen, REQUEST, talk, talkBothWays } from './talk.ts';

const PATH = 'docs/tutorial/09-closing/server.ts';
const CLOSE = 0x88;
const code = (number: number): Buffer => Buffer.of(number >> 8, number & 0xff);

describeChapter('09-closing', (stage) => {
  it.each([1000, 1001, 1003, 1007, 1014, 3000, 4999])('answers %i with the same', async (number) => {
    const { port } = await stage().server();
    const bytes = clientFrame(CLOSE, Buffer.concat([code(number), Buffer.from('why')]));
    const answer = `8802${code(number).toString('hex')}`;
    expect(await talkBothWays(port, bytes)).toEqual([answer, answer]);
  });

  it.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])('answers %i with 1002', async (number) => {
    const { port } = await stage().server();
    expect(await talk(port, [REQUEST, clientFrame(CLOSE, code(number))])).toBe('880203ea');
  });

  it.each([
    ['nothing with nothing', Buffer.alloc(0), '8800'],
    ['half a code with 1002', Buffer.of(3), '880203ea'],
    ['a reason that is no UTF-8 with 1007', Buffer.of(0x03, 0xe8, 0xff), '880203ef'],
  ])('answers %s', async (_name, payload, answer) => {
    const { port } = await stage().server();
    expect(await talk(port, [REQUEST, clientFrame(CLOSE, payload)])).toBe(answer);
  });

  it('sends nothing after its close frame, and answers nothing that comes after that of the client', async () => {
    const { port } = await stage().server();
    const bytes = Buffer.concat([clientFrame(CLOSE, code(1000)), clientFrame(0x89, Buffer.from('?'))]);
    expect(await talk(port, [REQUEST, bytes])).toBe('880203e8');
  });

  it('tells everybody when it is interrupted, waits for the answers, and ends', async () => {
    const server = await RunningStep.start(PATH);
    try {
      const client = connect(server.port, '127.0.0.1');
      const heard = listen(client);
      client.write(Buffer.concat([REQUEST, clientFrame(0x89, Buffer.alloc(0))]));
      await heard('8a00');
      server.signal('SIGINT');
      await heard('8a00880203e9');
      client.write(clientFrame(CLOSE, code(1001)));
      await once(client, 'close');
      expect((await server.end()).code).toBe(0);
    } finally {
      await server.stop();
    }
  });

  it('waits no longer than its time for a client that does not answer', async () => {
    const server = await RunningStep.startChanged(PATH, (source) => {
      expect(source).toContain('CLOSE_TIMEOUT_MS = 3_000;');
      return source.replace('CLOSE_TIMEOUT_MS = 3_000;', 'CLOSE_TIMEOUT_MS = 50;');
    });
    try {
      const client = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
      const heard = listen(client);
      client.on('error', () => undefined);
      client.write(Buffer.concat([REQUEST, clientFrame(0x89, Buffer.alloc(0))]));
      await heard('8a00');
      server.signal('SIGINT');
      expect((await server.end()).code).toBe(0);
      client.destroy();
    } finally {
      await server.stop();
    }
  });
});
