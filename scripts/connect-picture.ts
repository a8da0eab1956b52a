// Draws docs/connect.svg: what `ws101 connect --frames` prints of a short conversation. Run: npx tsx scripts/connect-picture.ts
import { writeFileSync } from 'node:fs';
import { linesOfConnect } from './connect/shown.ts';
import { terminalPicture } from './connect/terminal-picture.ts';

const title = 'What ws101 connect --frames prints of a text, its echo, and the closing handshake';
writeFileSync(new URL('../docs/connect.svg', import.meta.url), terminalPicture(title, await linesOfConnect()));
