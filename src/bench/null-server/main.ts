import { createNullServer } from './null-server.ts';

/** Starts the null server, says its port, and ends with whoever started it: with its channel, or its standard input. */
const { port } = await createNullServer(Number(process.argv[2] ?? 0));
console.log(port);
process.send?.({ port });
if (process.connected) process.on('disconnect', () => process.exit(0));
else
  process.stdin
    .on('end', () => process.exit(0))
    .on('error', () => process.exit(0))
    .resume();
