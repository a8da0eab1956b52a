import { afterEach, expect, test } from 'vitest';
import { ALL_CASES, groupOf, runServerTests } from '../../src/conformance/index.ts';
import { WebSocketServer } from '../../src/node/index.ts';

const GROUPS = ['H', 'F', 'S', 'D'];
const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(endings.splice(0).map((end) => end()));
});

test('the server of this package is OK or INFORMATIONAL in every case of the groups of our own that needs no --limits', {
  timeout: 120_000,
}, async () => {
  const server = new WebSocketServer({ origin: 'any', deflate: true });
  server.route(() => true, { message: (connection, data) => void connection.send(data) });
  endings.push(() => server.shutdown({ deadlineMs: 100 }));
  const { port } = (await server.listen({ host: '127.0.0.1', port: 0 })) as { port: number };
  const { results } = await runServerTests({ url: `ws://127.0.0.1:${port}/`, cases: GROUPS, timeoutMs: 15_000 });
  const isMeant = ALL_CASES.filter(
    ({ number, testees }) => testees.includes('server') && GROUPS.includes(groupOf(number)),
  );
  expect(results.map(({ number }) => number)).toEqual(isMeant.map(({ number }) => number));
  const isFine = (verdict: string): boolean => verdict === 'OK' || verdict === 'INFORMATIONAL';
  const lacking = results.filter(({ behavior, behaviorClose }) => !isFine(behavior) || !isFine(behaviorClose));
  expect(
    lacking.map(({ number, conversation, behavior, behaviorClose, reason, expected, got }) =>
      [number, conversation, behavior, behaviorClose, reason, expected, got].join(' | '),
    ),
  ).toEqual([]);
});

test('the groups of our own are as large as they are said to be', () => {
  const count = (group: string): number => ALL_CASES.filter(({ number }) => groupOf(number) === group).length;
  expect(count('H')).toBeGreaterThanOrEqual(80);
  expect(count('S')).toBe(40);
  for (const { number, conversations } of ALL_CASES.filter(({ number }) => groupOf(number) === 'S'))
    expect([number, conversations.length]).toEqual([number, new Set(conversations.map(({ name }) => name)).size]);
  expect(ALL_CASES.filter(({ needsLimits }) => needsLimits).every(({ number }) => groupOf(number) === 'L')).toBe(true);
});
