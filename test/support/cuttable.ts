import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a port of this machine that can be cut: a relay of bytes on a port of its own. */
export interface Cuttable {
  readonly port: number;
  /** Ends every connection that goes this way, as a broken line does; new ones are taken. */
  cut(): void;
  /** Leads to another port from now on, as a name does that follows a failover; what is open stays until it is cut. */
  leadTo(port: number): void;
  /** Ends all, and takes no more. */
  close(): Promise<void>;
}

/** Opens one. */
export async function cuttableWay(to: number): Promise<Cuttable> {
  let target = to;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const onward = connect({ port: target, host: '127.0.0.1', noDelay: true });
    for (const [end, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        sockets.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut,
    leadTo(port) {
      target = port;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
