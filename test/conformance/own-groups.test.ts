import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { join, NOTHING } from '../../src/conformance/bytes.ts';
import { ALL_CASES } from '../../src/conformance/cases/all.ts';
import { converse } from '../../src/conformance/converse.ts';
import type { ConformanceCase, Conversation, Testee } from '../../src/conformance/model.ts';
import { parseHead } from '../../src/conformance/read-head.ts';
import type { CaseResult, ConversationResult } from '../../src/conformance/result.ts';
import { runServerTests } from '../../src/conformance/run.ts';
import { holdAll } from '../../src/conformance/run-case.ts';
import { groupOf } from '../../src/conformance/select.ts';
import { WebSocket, WebSocketServer } from '../../src/node/index.ts';

const PATIENT_MS = 15_000;
const AT_A_TIME = 8;
const GROUPS = ['H', 'F', 'S', 'D'];
const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(endings.splice(0).map((end) => end()));
});

/** The results that are neither OK nor INFORMATIONAL, for people. */
function lacking(results: readonly CaseResult[]): string[] {
  const isFull = (verdict: string): boolean => verdict === 'OK' || verdict === 'INFORMATIONAL';
  return results
    .filter(({ behavior, behaviorClose }) => !isFull(behavior) || !isFull(behaviorClose))
    .map(({ number, conversation, behavior, behaviorClose, reason, expected, got }) =>
      [number, conversation, behavior, behaviorClose, reason, expected, got].join(' | '),
    );
}

function casesFor(testee: Testee): ConformanceCase[] {
  return ALL_CASES.filter((one) => one.testees.includes(testee) && GROUPS.includes(groupOf(one.number)));
}

/** Waits for clients one at a time, and gives each with its request. */
async function nextRequest(
  server: Server,
): Promise<{ socket: Socket; requestBytes: Uint8Array; received: Uint8Array }> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  let bytes: Uint8Array = NOTHING;
  for (;;) {
    const end = Buffer.from(bytes).indexOf('\r\n\r\n');
    if (end >= 0) return { socket, requestBytes: bytes.slice(0, end + 4), received: bytes.slice(end + 4) };
    const [chunk] = (await once(socket, 'data')) as [Uint8Array];
    socket.pause();
    bytes = join(bytes, chunk);
  }
}

/** Holds a conversation with a new client of ours, which sends back every message. */
async function talkToClient(
  conversation: Conversation,
  informational: boolean,
  server: Server,
): Promise<ConversationResult> {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const arrival = nextRequest(server);
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, { deflate: true });
  client.binaryType = 'arraybuffer';
  client.addEventListener('message', ({ data }) => client.send(data as string | ArrayBuffer));
  const closed = new Promise((resolve) => client.addEventListener('close', resolve));
  const { socket, requestBytes, received } = await arrival;
  const request = parseHead(Buffer.from(requestBytes.subarray(0, -4)).toString('latin1'));
  if (typeof request === 'string') throw new Error(request);
  const place = {
    testee: 'client',
    socket,
    request,
    requestBytes,
    received,
    timeoutMs: PATIENT_MS,
    informational,
  } as const;
  const result = converse(conversation, place);
  socket.resume();
  await closed;
  return result;
}

describe('in the groups of our own', () => {
  test('the server of this package is OK or INFORMATIONAL in every case', { timeout: 120_000 }, async () => {
    const server = new WebSocketServer({ origin: 'any', deflate: true });
    server.route(() => true, { message: (connection, data) => void connection.send(data) });
    endings.push(() => server.shutdown({ deadlineMs: 100 }));
    const { port } = (await server.listen({ host: '127.0.0.1', port: 0 })) as { port: number };
    const { results } = await runServerTests({ url: `ws://127.0.0.1:${port}/`, cases: GROUPS, timeoutMs: PATIENT_MS });
    expect(results).toHaveLength(casesFor('server').filter(({ needsLimits }) => !needsLimits).length);
    expect(lacking(results)).toEqual([]);
  });

  test('the client of this package is OK or INFORMATIONAL in every case', { timeout: 120_000 }, async () => {
    // About every third conversation that is cut at each byte will do here; a whole run has them all.
    const isTaken = ({ number }: ConformanceCase): boolean => !number.startsWith('S.') || /[048]$/.test(number);
    const waiting = casesFor('client').filter(isTaken);
    const all = waiting.length;
    const results: CaseResult[] = [];
    const work = async (): Promise<void> => {
      const server = createServer();
      endings.push(() => new Promise((resolve) => server.close(resolve)));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const { informational } = one;
        results.push(await holdAll(one, (conversation) => talkToClient(conversation, informational, server)));
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    expect(results).toHaveLength(all);
    expect(lacking(results)).toEqual([]);
  });
});
