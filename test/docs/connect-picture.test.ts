import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { linesOfConnect } from '../../scripts/connect/shown.ts';
import { terminalPicture } from '../../scripts/connect/terminal-picture.ts';
import { leaveNothingBehind } from '../node/running-server.ts';

leaveNothingBehind();

it('docs/connect.svg shows what its command prints, but for the random keys', async () => {
  const picture = readFileSync(new URL('../../docs/connect.svg', import.meta.url), 'utf8');
  // Keys, and what is masked with them, stand left of what they mean.
  const withoutKeys = (svg: string): string =>
    svg.replaceAll(/>(?:[\da-f]{2} )+ +(?=masking key|text|close code)/g, '>');
  const title = /<title>(.*)<\/title>/.exec(picture)?.[1] ?? '';
  expect(withoutKeys(picture)).not.toBe(picture);
  expect(withoutKeys(picture)).toBe(withoutKeys(terminalPicture(title, await linesOfConnect())));
});
