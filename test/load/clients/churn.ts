/** Clients that connect and leave at once. They answer to `run`. */
import { answer } from '../answers.ts';
import { closeCodeOf, FIN_BINARY, FIN_CLOSE, maskedFrame, openRaw, readSome } from '../wire.ts';

const MESSAGE = maskedFrame(FIN_BINARY, Buffer.alloc(32, 0x78));
const CLOSE = maskedFrame(FIN_CLOSE, Buffer.from([0x03, 0xe8]));

/** How often each way of leaving was seen to the end. */
export interface ChurnOutcome {
  readonly closed: number;
  readonly reset: number;
}

/** Opens and leaves `count` times, `width` at once: every other time with a closing handshake, otherwise by a reset. */
async function run(port: number, count: number, width: number): Promise<ChurnOutcome> {
  let next = 0;
  let closed = 0;
  let reset = 0;
  const worker = async (index: number): Promise<void> => {
    // Loopback has many addresses, so that ports in TIME_WAIT do not run out.
    const localAddress = `127.0.0.${2 + index}`;
    while (next < count) {
      if (next++ % 2 === 0) {
        if ((await closeProperly(port, localAddress)) === 1000) closed++;
      } else if (await leaveByReset(port, localAddress)) {
        reset++;
      }
    }
  };
  await Promise.all(Array.from({ length: width }, (_, index) => worker(index)));
  return { closed, reset };
}

async function closeProperly(port: number, localAddress: string): Promise<number | undefined> {
  const peer = await openRaw(port, { localAddress });
  peer.socket.write(Buffer.concat([MESSAGE, CLOSE]));
  const code = await closeCodeOf(peer);
  while ((await readSome(peer.socket)) !== undefined);
  peer.socket.destroy();
  return code;
}

async function leaveByReset(port: number, localAddress: string): Promise<boolean> {
  const { socket } = await openRaw(port, { localAddress });
  socket.write(MESSAGE);
  const echoed = await readSome(socket);
  socket.resetAndDestroy();
  return echoed !== undefined;
}

answer({ run });
