/** One stop of a walk through the source. */
export interface Stop {
  /** Relative to `src/`. */
  readonly file: string;
  /** What to look at there: a name that the file declares. */
  readonly symbol: string;
  readonly words: string;
}

/** What becomes of bytes that a socket gives. */
export const FRAME_IN: readonly Stop[] = [
  {
    file: 'node/transport.ts',
    symbol: 'Transport',
    words:
      'The driver. It hands chunks on as long as somebody wants messages, keeps what was not taken, and then reads no more.',
  },
  {
    file: 'protocol/protocol.ts',
    symbol: 'Protocol.receive',
    words:
      'A connection without a socket: bytes and the time go in, and the number of bytes that were taken comes out.',
  },
  {
    file: 'protocol/receiver.ts',
    symbol: 'Receiver.receive',
    words: 'The one place where a violation of the peer is caught.',
  },
  {
    file: 'codec/decoder.ts',
    symbol: 'FrameDecoder.push',
    words: 'Two states: awaiting a header, and inside a payload. Nothing outlives its frame.',
  },
  { file: 'codec/header.ts', symbol: 'decodeHeader', words: 'Two to fourteen bytes as a fresh value.' },
  {
    file: 'codec/rules.ts',
    symbol: 'checkHeader',
    words: 'Every rule on a header in one function without side effects, asked before a byte of payload is awaited.',
  },
  {
    file: 'codec/violation.ts',
    symbol: 'FRAME_RULES',
    words: 'The table of those rules: code, close code, section, remedy.',
  },
  { file: 'codec/mask.ts', symbol: 'applyMask', words: 'Unmasking, by the loop that fits the length.' },
  {
    file: 'protocol/assembly.ts',
    symbol: 'MessageAssembler',
    words: 'Fragments become a message, and every limit on the way is counted.',
  },
  {
    file: 'codec/utf8.ts',
    symbol: 'Utf8Validator',
    words: 'Text is refused at its first wrong byte, however it is cut.',
  },
  {
    file: 'node/delivery.ts',
    symbol: 'Delivery',
    words: 'The handler is called. What it returns decides when the next message is parsed.',
  },
];

/** What becomes of a message that a program sends. */
export const MESSAGE_OUT: readonly Stop[] = [
  {
    file: 'node/connection.ts',
    symbol: 'Connection.send',
    words: 'It never throws for the state of a connection: it answers `ok`, `pressured`, `dropped` or `closed`.',
  },
  {
    file: 'protocol/sender.ts',
    symbol: 'Sender.message',
    words: 'The cap on what is queued, extensions, and the kind of frame.',
  },
  {
    file: 'codec/encode.ts',
    symbol: 'encodeFrame',
    words: 'The same for those who have no connection: one frame as bytes.',
  },
  {
    file: 'protocol/outbox.ts',
    symbol: 'Outbox',
    words: 'Small frames lie side by side in one slab, so that a turn of the loop is one write.',
  },
  { file: 'node/flush-queue.ts', symbol: 'flushLater', words: 'When that write is made.' },
  {
    file: 'protocol/closing.ts',
    symbol: 'CLOSING_TABLE',
    words: 'How a connection ends, as a table; [closing.md](closing.md) draws it.',
  },
];

/** What each floor holds, in a few words. */
export const FLOOR_WORDS: Readonly<Record<string, string>> = {
  codec: 'a frame as bytes, bytes as frames',
  handshake: 'the two heads that open a connection',
  protocol: 'a connection without a socket: messages, closing, limits',
  inspect: 'bytes explained, field by field',
  rooms: 'rooms without a socket: members, order, rates, brokers',
  node: 'sockets: server, client, connection, compression',
  testing: 'a pair in memory, a clock to set, a scripted peer',
  chat: 'the chat application and its page',
  report: 'tables, progress, plots, pages',
  inspector: 'the proxy that shows the wire, and its page',
  conformance: 'cases for servers and clients, and who judges them',
  bench: 'load, statistics, and whether to believe them',
  cli: 'the commands',
};
