// Builds, then becomes the chat server: one process, so that signals given to npm reach it on every platform.
await import('./build.mjs');
process.argv.push('chat');
process.argv[1] = new URL('../dist/cli/main.js', import.meta.url).pathname;
await import('../dist/cli/main.js');
