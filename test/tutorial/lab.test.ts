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

/** The rules that an inspector has seen broken: those of the client, then those of the server. */
async function marksOf(port: number): Promise<string> {
  const lines = (await (await fetch(`http://127.0.0.1:${port}/.inspector/export.ndjson`)).text()).trimEnd().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as { from?: string; violation?: { code: string } | null });
  const of = (end: string): string =>
    entries.flatMap(({ from, violation }) => (from === end && violation ? [violation.code] : [])).join(', ');
  return `${of('client')} | ${of('server')}`;
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

  it('says what the live inspector marks with the bytes of each answer, and where it marks nothing', async () => {
    const told = new Map<string, string>();
    for (const [, name = '', client = '', server = ''] of page.matchAll(/^\| `([\w-]+)` \|(.*)\|(.*)\|$/gm))
      told.set(name, [client, server].map((words) => words.replaceAll('`', '').trim()).join(' | '));
    const marked = new Map<string, string>();
    for (const [name, blocks] of answers) {
      const [broken, sent] = blocks.flatMap(commandsOf);
      await stage.run(broken?.command ?? '');
      await stage.run('ws101 inspect --target ws://localhost:8081/ --port 8082');
      await stage.run(sent?.command.replace(' 8081 ', ' 8082 ') ?? '');
      const marks = await marksOf(stage.portOf('8082') ?? 0);
      if (marks !== ' | ') marked.set(name, marks);
    }
    expect([...told]).toEqual([...marked]);
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
