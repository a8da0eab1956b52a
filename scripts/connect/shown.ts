import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { defineConnect } from '../../src/cli/connect.ts';
import { WebSocketServer } from '../../src/node/index.ts';

const OPTIONS = ['--frames', '--send', 'Hello', '--expect', 'Hello'];

/** Runs `ws101 connect --frames` on a terminal, against an echo, and gives the lines from its first frame on, in their colours. */
export async function linesOfConnect(): Promise<string[]> {
  const server = new WebSocketServer({ origin: 'any' });
  server.route('/ws', { message: (connection, data) => connection.send(data) });
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
  let printed = '';
  const screen = {
    isTTY: true,
    columns: 80,
    write: (text: string) => {
      printed += text;
    },
  };
  const command = defineConnect({ stdin: Readable.from([]), environment: {} });
  const code = await command.run([...OPTIONS, `ws://localhost:${port}/ws`], { stdout: screen, stderr: screen });
  await server.shutdown({ deadlineMs: 100 });
  if (code !== 0) throw new Error(`it ended with ${code}:\n${printed}`);
  // The heads take forty lines: they are left out.
  const frames = printed.slice(printed.lastIndexOf('→ sent', printed.indexOf('frame 1')));
  return [`$ ws101 connect ${OPTIONS.join(' ')} ws://localhost:8080/ws`, '…', ...frames.trim().split('\n')];
}
