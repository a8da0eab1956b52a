import { encodeBase64 } from '../handshake/index.ts';
import type { WebSocketOptions, WebSocketServer } from '../node/index.ts';
import { memoryPair } from './memory-pair.ts';
import { ScriptedPeer } from './scripted-peer.ts';

const KEY = encodeBase64(Uint8Array.from({ length: 16 }, (_, i) => i));

/** A client of `server` that has sent nothing yet: what it says from the first byte on is the script's. */
export function scriptedClient(server: WebSocketServer): ScriptedPeer {
  const [accepted, ours] = memoryPair({ allowHalfOpen: true });
  server.accept(accepted);
  return new ScriptedPeer(ours, 'client');
}

/**
 * A client of `server` behind a valid opening handshake.
 *
 * @param fields go into the request, or in place of its own
 * @throws Error with the server's answer when that is not 101
 */
export async function openScriptedClient(
  server: WebSocketServer,
  path: string = '/',
  fields: Readonly<Record<string, string>> = {},
): Promise<ScriptedPeer> {
  const peer = scriptedClient(server);
  peer.send(upgradeRequest(path, fields));
  const answer = await peer.readHead();
  if (!answer.startsWith('HTTP/1.1 101 ')) throw new Error(`the server refused: ${answer}`);
  return peer;
}

/** The head of a valid opening handshake, with its blank line. */
export function upgradeRequest(path: string = '/', fields: Readonly<Record<string, string>> = {}): string {
  const own = {
    Host: 'test',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
  };
  const lines = Object.entries({ ...own, ...fields }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** The option that takes any client to a server that follows a script. A script that throws resets the connection. */
export function scriptedServer(
  script: (peer: ScriptedPeer, url: URL) => unknown,
): Required<Pick<WebSocketOptions, 'createConnection'>> {
  return {
    createConnection(url) {
      const [client, ours] = memoryPair({ allowHalfOpen: true });
      const peer = new ScriptedPeer(ours, 'server');
      void follow(script, peer, url);
      return client;
    },
  };
}

async function follow(script: (peer: ScriptedPeer, url: URL) => unknown, peer: ScriptedPeer, url: URL): Promise<void> {
  try {
    await script(peer, url);
  } catch {
    peer.reset();
  }
}
