import { exec } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { dissect } from '../../scripts/illustrated/anatomy.ts';
import { type Command, commandsOf } from '../../scripts/illustrated/commands.ts';
import { Facts } from '../../scripts/illustrated/facts.ts';
import { readProse } from '../../scripts/illustrated/prose.ts';
import { readRecording } from '../../scripts/illustrated/recording.ts';

const run = promisify(exec);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const recording = readRecording();
const commands: ReadonlyMap<string, Command> = await commandsOf(new Facts(recording, dissect(recording)));

describe('the commands of the illustrated connection', () => {
  it.concurrent.each([...commands])('print in a shell what the recording says: %s', async (_name, { line, output }) => {
    // The package is not installed where it is made: the same command, from its source.
    const here = line.replace(/^npx ws101 /, `"${process.execPath}" --import tsx src/cli/main.ts `);
    const { stdout } = await run(here, { cwd: ROOT });
    expect(stdout.replaceAll('\r\n', '\n').trimEnd()).toBe(output);
  });

  it.each([...commands])('hold nothing that shells disagree about: %s', (_name, { line }) => {
    expect(line).toMatch(/^(?:node -e "[^"$`!%\\\n]+"|npx ws101 inspect [0-9a-f]+)$/);
  });

  it('are all shown, each once', () => {
    const shown = readProse('story').flatMap(({ paragraphs }) =>
      paragraphs.flatMap((paragraph) => /^\{command (\S+)\}$/.exec(paragraph)?.[1] ?? []),
    );
    expect([...shown].sort()).toEqual([...commands.keys()].sort());
  });
});
