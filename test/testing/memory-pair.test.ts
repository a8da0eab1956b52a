import { once } from 'node:events';
import { expect, it } from 'vitest';
import { memoryPair } from '../../src/testing/index.ts';

it('carries what is written to one end to the other, each write as one piece, as a copy', async () => {
  const [first, second] = memoryPair();
  const pieces: Buffer[] = [];
  second.on('data', (piece: Buffer) => pieces.push(piece));
  const own = Buffer.from('abc');
  first.write(own);
  first.write('d');
  own.fill('x');
  first.end();
  await once(second, 'end');
  expect(pieces.map(String)).toEqual(['abc', 'd']);
});

it('lets the writer feel a reader that does not read, and goes on when it does', async () => {
  const [first, second] = memoryPair({ highWaterMark: 1000 });
  let taken = 0;
  for (let i = 0; i < 10; i++) first.write(Buffer.alloc(500), () => taken++);
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toBe(1);
  expect(first.writableLength).toBe(4500);
  expect(first.writableNeedDrain).toBe(true);
  second.resume();
  await once(first, 'drain');
  expect(taken).toBe(10);
});

it('ends the other way too, unless half an end is allowed', async () => {
  const [first, second] = memoryPair();
  first.end();
  second.resume();
  first.resume();
  await Promise.all([once(first, 'close'), once(second, 'close')]);

  const [third, fourth] = memoryPair({ allowHalfOpen: true });
  third.end();
  fourth.resume();
  await once(fourth, 'end');
  fourth.end('still here');
  const [piece] = (await once(third, 'data')) as [Buffer];
  expect(String(piece)).toBe('still here');
});

it('ends the reading of the other when it is destroyed, and fails its writes', async () => {
  const [first, second] = memoryPair({ highWaterMark: 10, allowHalfOpen: true });
  second.on('error', () => {});
  const failed = new Promise<Error | null | undefined>((resolve) => second.write(Buffer.alloc(100), resolve));
  first.destroy();
  expect(await failed).toMatchObject({ code: 'EPIPE' });
});

it('resets the other when it is destroyed with an error', async () => {
  const [first, second] = memoryPair();
  first.on('error', () => {});
  first.destroy(new Error('gone'));
  const [error] = (await once(second, 'error')) as [Error];
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});
