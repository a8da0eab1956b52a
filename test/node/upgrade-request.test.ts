import { expect, it } from 'vitest';
import type { HeaderFields } from '../../src/handshake/index.ts';
import type { UpgradeRequest } from '../../src/node/index.ts';
import { RawClient, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, startServer } from './running-server.ts';

leaveNothingBehind();

it('says of an open connection what it said of its handshake, also of fields that hardly anybody sends', async () => {
  const before: [string, string][][] = [];
  const requests: UpgradeRequest[] = [];
  const { port } = await startServer((server) =>
    server.route('/', {
      upgrade(request) {
        before.push([...request.headers]);
        return undefined;
      },
      open: (connection) => void requests.push(connection.request!),
    }),
  );
  const long = `X-${'Long'.repeat(200)}`;
  const many = [
    {},
    {},
    { Cookie: 'a=1; b="two"', 'X-Latin': 'caf\u00e9', 'X-Empty': '', [long]: 'x'.repeat(2_000) },
    ...Array.from({ length: 70 }, (_, number) => ({
      [`X-Number-${number}`]: String(number),
    })),
  ];
  for (const fields of many) {
    const client = new RawClient(port);
    client.send(upgradeHead('/?a=1&b=%20', fields));
    expect((await client.response()).status).toBe(101);
  }
  expect(requests).toHaveLength(many.length);
  for (const [index, request] of requests.entries()) {
    const headers: HeaderFields = request.headers;
    expect([...headers]).toEqual(before[index]);
    expect(headers.size).toBe(before[index]?.length);
    expect(request.headers).toBe(headers);
    expect([request.method, request.target, request.path]).toEqual(['GET', '/?a=1&b=%20', '/']);
    expect([...request.query]).toEqual([
      ['a', '1'],
      ['b', ' '],
    ]);
  }
  expect(requests[2]?.cookies.get('b')).toBe('two');
  expect(requests[2]?.headers.get('x-latin')).toBe('caf\u00e9');
});
