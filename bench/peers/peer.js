// What every program here has in common: its arguments, and the line that says where it listens.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    port: { type: 'string', default: process.env.PORT ?? '0' },
    mode: { type: 'string', default: 'copy' },
    deflate: { type: 'string' },
    tls: { type: 'string' },
    bufferutil: { type: 'boolean', default: false },
  },
});

/** Every program listens here alone. */
export const HOST = '127.0.0.1';

/** `--port=8080`, or `PORT` in the environment; 0 takes any free one. */
export const port = Number(values.port);

/** `--mode=copy|borrow|loop`: how a server of ws101 takes its messages. */
export const mode = values.mode;

/**
 * `--deflate=takeover|no-takeover`: permessage-deflate, and whether either end may refer to what it sent before;
 * undefined without it.
 */
export const deflate = values.deflate;

/** Key and certificate as PEM, from the folder of `--tls=FOLDER`; undefined without it. */
export const tls =
  values.tls === undefined
    ? undefined
    : { key: readFileSync(`${values.tls}/key.pem`, 'utf8'), cert: readFileSync(`${values.tls}/cert.pem`, 'utf8') };

/** `--bufferutil`: with the native module that `npm run bench:peers` has installed. */
export const bufferutil = values.bufferutil;

if (!['copy', 'borrow', 'loop'].includes(mode)) throw new Error(`--mode=${mode}: it is copy, borrow or loop`);
if (deflate !== undefined && !['takeover', 'no-takeover'].includes(deflate))
  throw new Error(`--deflate=${deflate}: it is takeover or no-takeover`);

/** Prints where the program listens, the first line that it prints. @param {number} boundPort */
export function announce(boundPort) {
  console.log(`listening on ${tls === undefined ? 'ws' : 'wss'}://${HOST}:${boundPort}`);
}
