import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyDiff, type Block, blocksOf, commandsOf, readPage } from './page.ts';
import { isWire, Stage } from './stage.ts';

const BREAK = 'Now break it';

/** Tests that a chapter shows what happens: its commands, what the server prints, and the same with the broken server. */
export function describeChapter(name: string, more: (stage: () => Stage) => void = () => undefined): void {
  const path = `docs/tutorial/${name}/server.ts`;
  const start = `npx tsx ${path}`;
  const blocks = blocksOf(readPage(`tutorial/${name}/README.md`));
  const isBroken = ({ heading }: Block): boolean => heading === BREAK;
  const told = blocks.filter((block) => !isBroken(block));
  const [diff, ...brokenBlocks] = blocks.filter(isBroken);

  describe(`chapter ${name}`, () => {
    let stage: Stage;
    beforeAll(() => {
      stage = new Stage();
    });
    afterAll(() => stage.strike());

    it('starts its server, and shows what comes back', async () => {
      expect(told.some(({ text }) => text.startsWith(`$ ${start}\n`))).toBe(true);
      expect(told.flatMap(wires).length).toBeGreaterThan(0);
      for (const block of told) await check(stage, block);
    });

    it('breaks it in a way that its command shows, and that the whole server does not have', async () => {
      expect(diff?.kind).toBe('diff');
      const broken = new Stage((_path, source) => applyDiff(source, diff!));
      try {
        await broken.run(start);
        for (const block of brokenBlocks) await check(broken, block);
        const shown = brokenBlocks.flatMap(wires);
        const whole = await Promise.all(shown.map(({ command }) => stage.run(command)));
        const isSame = shown.every(({ output }, index) => output === whole[index]);
        const ends = brokenBlocks.some(({ kind }) => kind === 'the server ends with');
        expect(isSame && !ends).toBe(false);
        expect(stage.latest.hasEnded).toBe(false);
      } finally {
        await broken.strike();
      }
    });

    more(() => stage);
  });
}

/** Does what a block tells, and compares what is seen with what it shows. */
export async function check(stage: Stage, block: Block): Promise<void> {
  if (block.kind === 'console') {
    for (const { command, output } of commandsOf(block)) {
      const seen = await stage.run(command);
      if (output.split('\n').includes('…'))
        expect(`${withoutBlanksAtEnds(seen)}\n`, command).toMatch(patternOf(output));
      else expect(withoutBlanksAtEnds(seen), command).toBe(withoutBlanksAtEnds(output));
    }
  } else if (block.kind === 'the server prints') {
    for (const line of block.text.split('\n')) expect(await stage.latest.line()).toBe(line);
  } else if (block.kind === 'the server ends with') {
    const { code, complaints } = await stage.latest.end();
    expect(code).toBe(1);
    for (const line of block.text.split('\n')) expect(complaints.split('\n')).toContain(line);
  } else {
    throw new Error(`a block of the kind ${block.kind} has no place here`);
  }
}

const wires = (block: Block): ReturnType<typeof commandsOf> =>
  block.kind === 'console' ? commandsOf(block).filter(isWire) : [];

/** A line `…` stands for any lines that are left out. */
function patternOf(output: string): RegExp {
  const lines = withoutBlanksAtEnds(output).split('\n');
  const parts = lines.map((line) =>
    line === '…' ? '(?:.*\\n)*' : `${line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\n`,
  );
  return new RegExp(`^${parts.join('')}$`);
}

function withoutBlanksAtEnds(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, '').trim();
}
