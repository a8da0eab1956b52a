// What the examples use of Deno and Bun, so that they are checked without the types of either.

declare namespace Deno {
  interface Conn {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array>;
  }
  interface Listener extends AsyncIterable<Conn> {
    readonly addr: { readonly port: number };
    close(): void;
  }
  function listen(options: { hostname: string; port: number }): Listener;
  function connect(options: { hostname: string; port: number }): Promise<Conn>;
}

declare namespace Bun {
  interface Socket<Data> {
    data: Data;
    /** How many bytes were taken; the rest is to be written after `drain`. */
    write(bytes: Uint8Array): number;
    end(): void;
    terminate(): void;
  }
  interface SocketHandler<Data> {
    open?(socket: Socket<Data>): void;
    data(socket: Socket<Data>, chunk: Uint8Array): void;
    drain(socket: Socket<Data>): void;
    close(socket: Socket<Data>): void;
    error(socket: Socket<Data>, error: Error): void;
  }
  interface SocketOptions<Data> {
    hostname: string;
    port: number;
    socket: SocketHandler<Data>;
  }
  function listen<Data>(options: SocketOptions<Data>): { readonly port: number; stop(): void };
  function connect<Data>(options: SocketOptions<Data>): Promise<Socket<Data>>;
}
