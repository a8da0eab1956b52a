import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { wire } from '../../docs/tutorial/wire.ts';
import { check } from './chapter.ts';
import { blocksOf, commandsOf, readPage } from './page.ts';
import { Stage } from './stage.ts';

describe('the index of the tutorial', () => {
  const stage = new Stage();
  afterAll(() => stage.strike());

  it('shows what its commands show', async () => {
    const blocks = blocksOf(readPage('tutorial/README.md'));
    expect(blocks.flatMap(commandsOf)).toHaveLength(3);
    for (const block of blocks) await check(stage, block);
  });

  it('tells of a program for sending bytes that says the same when it runs by itself', async () => {
    const { port } = await stage.server();
    const args = ['--import', 'tsx', 'docs/tutorial/wire.ts', `${port}`, 'handshake', '818537fa213d7f9f4d5158'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(output).toBe(`${await wire(port, ['handshake', '818537fa213d7f9f4d5158'])}\n`);
    expect(output).toMatch(/\n81 05 48 65 6c 6c 6f\n$/);
  });
});

describe('wire.ts', () => {
  it('says what a piece may be', async () => {
    const stage = new Stage((_path, source) => source);
    await stage.run('npx tsx docs/tutorial/01-tcp-echo/server.ts');
    const { port } = await stage.server();
    expect(await wire(port, ['61x3+62'])).toBe('61 61 61 62');
    await expect(wire(port, ['hello'])).rejects.toThrow("'hello' is neither handshake, text:… nor hexadecimal digits");
    await stage.strike();
  });
});
