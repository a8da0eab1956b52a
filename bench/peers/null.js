// The server that the load tool is calibrated against, built, as one of the peers: it speaks of /fanout instead of /room,
// and otherwise takes the same targets as raw.js.
import { announce, HOST, port } from './peer.js';

const built = new URL('../../dist/bench/null-server/null-server.js', import.meta.url);
/** @type {typeof import('../../src/bench/null-server/null-server.ts')} */
const { createNullServer } = await import(built.href);
announce((await createNullServer(port, HOST)).port);
