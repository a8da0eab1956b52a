import { encodeFrame, type FrameOptions, Opcode } from '../../src/codec/index.ts';
import {
  type CloseInfo,
  Protocol,
  type ProtocolLimits,
  type ProtocolOptions,
  type ProtocolSettings,
  resolveLimits,
  resolveOptions,
} from '../../src/protocol/index.ts';
import { webText } from './text.ts';
import { concat, decodeChunks, EXAMPLE_KEY, type FrameSeen, type Role, seeded, toHex } from './wire.ts';

/** What a handler was told: bytes in hexadecimal digits. */
export type SeenEvent =
  | readonly ['text', string]
  | readonly ['binary', string]
  | readonly ['part', opcode: number, payload: string, last: boolean]
  | readonly ['pong', string]
  | readonly ['ended', CloseInfo];

export interface EndpointOptions extends Partial<Omit<ProtocolOptions, 'role' | 'handler' | 'limits'>> {
  readonly limits?: Partial<ProtocolLimits>;
  /** What `message` and `part` answer. Default: never stop. */
  readonly stop?: (endpoint: Endpoint) => boolean;
  /** Take messages in parts. */
  readonly inParts?: boolean;
}

/** A protocol with everything written down that it tells its handler. */
export interface Endpoint {
  readonly protocol: Protocol;
  readonly events: SeenEvent[];
  /** Empties the outbox. */
  take(): Uint8Array;
  /** Empties the outbox and gives the frames as the peer reads them. */
  sent(): FrameSeen[];
  /** Hands in bytes until all are taken. */
  feed(bytes: Uint8Array, now?: number): void;
}

export function otherRole(role: Role): Role {
  return role === 'server' ? 'client' : 'server';
}

/** @param settings those of others that are set up alike */
export function openEnd(role: Role, options: EndpointOptions = {}, settings?: ProtocolSettings): Endpoint {
  const { limits = {}, stop = () => false, inParts = false, ...rest } = options;
  const events: SeenEvent[] = [];
  const random = seeded(role.length);
  const handler = {
    message(data: string | Uint8Array): boolean {
      events.push(typeof data === 'string' ? ['text', data] : ['binary', toHex(data)]);
      return stop(endpoint);
    },
    pong: (payload: Uint8Array): void => void events.push(['pong', toHex(payload)]),
    ended: (info: CloseInfo): void => void events.push(['ended', info]),
  };
  const part = (data: Uint8Array, opcode: number, last: boolean): boolean => {
    events.push(['part', opcode, toHex(data), last]);
    return stop(endpoint);
  };
  const complete: ProtocolOptions = {
    role,
    handler: inParts ? { ...handler, part } : handler,
    text: webText,
    now: 0,
    nextMaskKey: () => Math.floor(random() * 2 ** 32) | 0,
    ...rest,
    limits: resolveLimits(limits),
  };
  const protocol = new Protocol(complete, settings ?? resolveOptions(complete));
  const take = (): Uint8Array => concat(...protocol.outbox.take());
  const endpoint: Endpoint = {
    protocol,
    events,
    take,
    sent() {
      const { frames, violation, rest: cutOff } = decodeChunks(otherRole(role), [take()]);
      if (violation !== undefined || cutOff !== '') throw new Error(`an illegal frame was sent: ${violation}`);
      return frames;
    },
    feed(bytes, now = 0) {
      let left = bytes;
      do left = left.subarray(protocol.receive(left, now));
      while (left.length > 0);
    },
  };
  return endpoint;
}

/** One frame as an end of this role receives it: masked for a server. */
export function frameFor(role: Role, opcode: number, payload: Uint8Array, options: FrameOptions = {}): Uint8Array {
  return encodeFrame(opcode, payload, { maskKey: role === 'server' ? EXAMPLE_KEY : undefined, ...options });
}

/** The payload of a close frame, in hexadecimal digits. */
export function closeHex(code: number, reason: string = ''): string {
  return code.toString(16).padStart(4, '0') + Buffer.from(reason).toString('hex');
}

/** A close frame as an end of this role receives it; empty without a code. */
export function closeFor(role: Role, code?: number, reason: string = ''): Uint8Array {
  const payload = code === undefined ? '' : closeHex(code, reason);
  return frameFor(role, Opcode.CLOSE, new Uint8Array(Buffer.from(payload, 'hex')));
}

/** A whole frame as `sent` gives it. */
export function seen(opcode: number, payload: string = '', fin: boolean = true, rsv: number = 0): FrameSeen {
  return { fin, rsv, opcode, payload: payload.replaceAll(/\s/g, '') };
}
