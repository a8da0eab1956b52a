/** A class of errors that programs meet. */
export interface ErrorClass {
  readonly name: string;
  /** The export that gives it. */
  readonly from: string;
  readonly when: string;
  /** The fields that it has beside `message`. */
  readonly tells: readonly string[];
}

/** All of the package, but for the tools'. */
export const CLASSES: readonly ErrorClass[] = [
  {
    name: 'ProtocolViolation',
    from: 'ws101/codec',
    when: 'The peer broke a rule of the frames or went over a limit. Thrown by `FrameDecoder.push` and by checks of the codec; a connection catches it, closes with its close code, and keeps it as its `failure`.',
    tells: ['code', 'closeCode', 'section'],
  },
  {
    name: 'HandshakeError',
    from: 'ws101/handshake',
    when: 'A head is malformed, or its request or answer opens no WebSocket. Thrown by the functions of the handshake; a server answers with its status, a client fails with it.',
    tells: ['code', 'status', 'section', 'headers'],
  },
  {
    name: 'UnexpectedResponseError',
    from: 'ws101',
    when: 'The server answered the handshake of a client with another status than 101. `connect` rejects with it; a `WebSocket` dispatches it in its error event.',
    tells: ['response'],
  },
  {
    name: 'ProxyResponseError',
    from: 'ws101',
    when: 'The HTTP proxy of a client opened no tunnel.',
    tells: ['response'],
  },
  {
    name: 'WebSocketError',
    from: 'ws101',
    when: 'A pair of streams failed: the connection ended uncleanly, or was never there. `closeCode` is null when no code came. Given to `cancel` or `abort`, it says with which code to close.',
    tells: ['closeCode', 'reason'],
  },
];
