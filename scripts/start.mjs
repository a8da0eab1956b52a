// Builds, then becomes the chat server.
import { fileURLToPath } from 'node:url';
import './build.mjs';

// A shell between npm and this process may end at a signal without passing it on: its end is taken as one.
const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(watch);
  process.kill(process.pid, 'SIGTERM');
}, 200).unref();

const main = new URL('../dist/cli/main.js', import.meta.url);
process.argv.splice(1, 1, fileURLToPath(main), 'chat');
await import(main.href);
