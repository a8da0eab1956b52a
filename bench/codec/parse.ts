import { FrameDecoder } from '../../src/codec/index.ts';
import { Protocol } from '../../src/protocol/index.ts';
import type { Contender, Contest } from './contest.ts';
import { loadInstalled, loadWs } from './peers.ts';
import { type Stream, streamOf } from './wire.ts';

const SIZES = [8, 32, 125, 1024, 16_384, 65_536, 1_048_576];

/** Streams of frames and who takes them apart, to messages of the application's own, or only to bytes in place. */
export function parseContests(sizes: readonly number[] = SIZES): Contest[] {
  return [
    ...sizes.map((bytes) => streamOf(bytes, true, false)),
    ...sizes.map((bytes) => streamOf(bytes, false, false)),
    ...sizes.map((bytes) => streamOf(bytes, true, true)),
  ].map(contestOf);
}

function contestOf(stream: Stream): Contest {
  const contenders = [codec(stream), protocol(stream, false), protocol(stream, true), ws(stream)];
  const driver = stream.masked ? websocketDriver(stream) : undefined;
  return {
    name: `parse ${stream.name}`,
    unit: 'ns/frame',
    units: stream.messages,
    comesTo: stream.messages * stream.bytes,
    contenders: driver === undefined ? contenders : [...contenders, driver],
  };
}

/** Frames as the codec gives them: bytes in place, unmasked there. Unmasked twice they are what they were. */
function codec({ chunks, masked }: Stream): Contender {
  const decoder = new FrameDecoder({ role: masked ? 'server' : 'client', ownsInput: true });
  let bytes = 0;
  const sink = {
    header(): void {},
    payload(_bytes: Uint8Array, start: number, end: number): boolean {
      bytes += end - start;
      return false;
    },
  };
  return {
    name: 'ws101/codec',
    run(times) {
      bytes = 0;
      for (let i = 0; i < times; i++) for (const chunk of chunks) decoder.push(chunk, sink);
      return bytes;
    },
  };
}

/** Messages as a connection gives them: with every rule and limit, as copies of the application's own or borrowed. */
function protocol({ chunks, masked }: Stream, borrow: boolean): Contender {
  let bytes = 0;
  const connection = new Protocol({
    role: masked ? 'server' : 'client',
    borrow,
    ownsInput: true,
    now: 0,
    nextMaskKey: () => 1,
    text: { decode: () => '', encode: () => new Uint8Array(0) } as never,
    handler: {
      message(data) {
        bytes += data.length;
        return false;
      },
      pong() {},
      ended({ reason }) {
        throw new Error(`the connection ended: ${reason}`);
      },
    },
  });
  return {
    name: `ws101/protocol, ${borrow ? 'borrowed' : 'own copies'}`,
    run(times) {
      bytes = 0;
      for (let i = 0; i < times; i++) for (const chunk of chunks) connection.receive(chunk, 0);
      return bytes;
    },
  };
}

function ws({ chunks, masked }: Stream): Contender {
  const { Receiver, version } = loadWs();
  const receiver = new Receiver({ isServer: masked, allowSynchronousEvents: true, binaryType: 'nodebuffer' });
  let bytes = 0;
  receiver.on('message', (data: Uint8Array) => {
    bytes += data.length;
  });
  return {
    name: `ws ${version}, Receiver`,
    run(times) {
      bytes = 0;
      for (let i = 0; i < times; i++) for (const chunk of chunks) receiver.write(chunk);
      return bytes;
    },
  };
}

function websocketDriver({ chunks }: Stream): Contender | undefined {
  const found = loadInstalled().driver;
  if (found === undefined) return undefined;
  const driver = found.create();
  let bytes = 0;
  driver.on('message', ({ data }) => {
    bytes += data.length;
  });
  return {
    name: `websocket-driver ${found.version}`,
    run(times) {
      bytes = 0;
      for (let i = 0; i < times; i++) for (const chunk of chunks) driver.parse(chunk);
      return bytes;
    },
  };
}
