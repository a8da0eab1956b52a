#!/usr/bin/env node
import { run } from './run.ts';

// A reader that went away (`ws101 chat | head -1`) or a full disk behind a log must not end a server.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await run(process.argv.slice(2));
