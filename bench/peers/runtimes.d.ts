// What the programs here use of Deno and Bun, so that they are checked without the types of either.

declare namespace Bun {
  interface ServerWebSocket<Data> {
    readonly data: Data;
    send(message: string | Uint8Array, compress?: boolean): number;
    subscribe(topic: string): void;
  }
  interface Server {
    readonly port: number;
    upgrade(request: Request, options: { data: { inRoom: boolean } }): boolean;
    publish(topic: string, message: string | Uint8Array): number;
  }
  function serve(options: {
    hostname: string;
    port: number;
    tls?: { key: string; cert: string };
    fetch(request: Request, server: Server): Response | undefined;
    websocket: {
      perMessageDeflate: boolean | { compress: string; decompress: string };
      backpressureLimit: number;
      idleTimeout: number;
      maxPayloadLength: number;
      open(socket: ServerWebSocket<{ inRoom: boolean }>): void;
      message(socket: ServerWebSocket<{ inRoom: boolean }>, message: string | Uint8Array): void;
    };
  }): Server;
}

declare namespace Deno {
  function serve(
    options: { hostname: string; port: number; onListen(): void; key?: string; cert?: string },
    handler: (request: Request) => Response,
  ): { readonly addr: { readonly port: number } };
  function upgradeWebSocket(
    request: Request,
    options: { idleTimeout: number },
  ): { readonly socket: WebSocket; readonly response: Response };
}
