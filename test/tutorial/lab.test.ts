import { afterAll, describe, expect, it } from 'vitest';
import { SWITCHES } from '../../src/conformance/index.ts';
import { endAll, start } from '../cli/command-line.ts';
import { check } from './chapter.ts';
import { type Block, blocksOf, commandsOf, readPage } from './page.ts';
import { isWire, Stage } from './stage.ts';

const page = readPage('tutorial/lab.md');
const blocks = blocksOf(page);
const answers = new Map<string, Block[]>();
for (const block of blocks) {
  const name = /^\d+\. `(.+)`$/.exec(block.heading)?.[1];
  if (name !== undefined) answers.set(name, [...(answers.get(name) ?? []), block]);
}

describe('the lab of broken servers', () => {
  const stage = new Stage((_path, source) => source); // as it is, started the quicker way
  afterAll(async () => {
    await endAll();
    await stage.strike();
  });

  it('has an answer for each exercise, in order, and says of each rule what the command says', () => {
    const rows = [...page.matchAll(/^\| \d+ \| `(.+)` \| (.+) \|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual([...answers.keys()]);
    expect(rows.length).toBeGreaterThan(15);
    for (const [, name, does] of rows) expect(SWITCHES).toContainEqual(expect.objectContaining({ name, breaks: does }));
  });

  it('begins with a server that is whole', async () => {
    for (const block of blocks.filter((one) => ![...answers.values()].flat().includes(one))) await check(stage, block);
  });

  it.each([...answers])('%s shows in the bytes of the answer', async (_name, told) => {
    for (const block of told) await check(stage, block);
    const [broken, whole] = told.flatMap(commandsOf).filter(isWire);
    expect(whole?.command).toBe(broken?.command.replace(' 8081 ', ' 8080 '));
    expect(whole?.output).not.toBe(broken?.output);
  });

  it('starts its servers as the command line does', async () => {
    const [first] = answers.keys();
    const { firstLine, port } = start('echo', '--port', '0', '--break', `${first}`);
    expect((await firstLine).replace(`${await port}`, '8081')).toBe(
      `listening on ws://localhost:8081/, broken: ${first}`,
    );
    expect(page).toContain(`listening on ws://localhost:8081/, broken: ${first}`);
  });
});
