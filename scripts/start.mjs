// Builds, then becomes the chat server: one process, so that signals given to npm reach it on every platform.
import { fileURLToPath } from 'node:url';
import './build.mjs';

const main = new URL('../dist/cli/main.js', import.meta.url);
process.argv.splice(1, 1, fileURLToPath(main), 'chat');
await import(main.href);
