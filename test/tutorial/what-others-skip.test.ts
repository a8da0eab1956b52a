import { afterAll, describe, expect, it } from 'vitest';
import { wire } from '../../docs/tutorial/wire.ts';
import { leaveNothingBehind, startEcho } from '../node/running-server.ts';
import { check } from './chapter.ts';
import { type Block, blocksOf, commandsOf, readPage } from './page.ts';
import { Stage } from './stage.ts';
import { OFFERED_MIB } from './talk.ts';

leaveNothingBehind();

const page = readPage('tutorial/what-others-skip.md');
const blocks = blocksOf(page);
const claims = new Map<string, Block[]>();
for (const block of blocks)
  if (/^\d+\. /.test(block.heading)) claims.set(block.heading, [...(claims.get(block.heading) ?? []), block]);

/** What came back: the status of a refusal, or the frames behind the head; of a close frame the code, since reasons differ. */
function essence(output: string): string {
  const status = /^HTTP\/1\.1 (?!101)\d+/.exec(output)?.[0];
  return status ?? (output.split('\n\n')[1] ?? '').replace(/(88) .. (.. ..).*$/s, '$1 $2');
}

describe('what other tutorials skip', () => {
  const stage = new Stage((_path, source) => source); // as it is, started the quicker way
  afterAll(() => stage.strike());

  it('is as many claims as the index says', () => {
    expect(claims.size).toBe(15);
    expect(readPage('tutorial/README.md')).toContain('fifteen ways in which it fails');
  });

  it('begins with both servers', async () => {
    for (const block of blocks.filter(({ heading }) => !claims.has(heading))) await check(stage, block);
  });

  it.each([...claims])('%s', async (_heading, told) => {
    for (const block of told) await check(stage, block);
    const commands = told.filter(({ kind }) => kind === 'console').flatMap(commandsOf);
    const [minimal, ours] = commands;
    expect(commands).toHaveLength(2);
    expect(ours?.command).toBe(minimal?.command.replace(' 8081 ', ' 8080 '));
    const ends = told.some(({ kind }) => kind === 'the server ends with');
    expect(ends || minimal?.output !== ours?.output).toBe(true);
    expect((await stage.server('8080')).hasEnded).toBe(false);

    const { port } = await startEcho();
    const again = new Stage(undefined, new Map([['8080', port]]));
    const seen = await again.run(ours?.command ?? '');
    // Half a request has no answer that must be the same: one server says so, the other waits.
    if (!ours?.command.endsWith("Ho'")) expect(essence(seen)).toBe(essence(ours?.output ?? ''));
    expect(await wire(port, ['handshake', '818100000000' + '41'])).toContain('\n81 01 41');
  });

  it('promises tests of step 10 that there are', () => {
    expect(page).toContain(`offers ${OFFERED_MIB} MiB to the server`);
  });
});
