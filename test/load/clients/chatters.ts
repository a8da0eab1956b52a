/** Clients of the chat over raw sockets. They answer to `join`, `tour` and `leave`. */
import { answer } from '../answers.ts';
import { needDescriptors } from '../descriptors.ts';
import { FIN_CLOSE, FIN_TEXT, maskedFrame, openRaw, type RawPeer } from '../wire.ts';

const WAVE = 50;
const FIELDS = 'Sec-WebSocket-Protocol: ws101.chat.v1\r\n';
const GOODBYE = maskedFrame(FIN_CLOSE, Buffer.from([0x03, 0xe8]));

const peers: RawPeer[] = [];
let names = 0;

const frame = (message: object): Buffer => maskedFrame(FIN_TEXT, Buffer.from(JSON.stringify(message)));

/** Lets `count` connections take a name each and join one of so many rooms. They stay, and read on. */
async function join(port: number, count: number, rooms: number): Promise<void> {
  for (let done = 0; done < count; done += WAVE) {
    const wave = Array.from({ length: Math.min(WAVE, count - done) }, async (_, index) => {
      const peer = await open(port);
      await ask(peer, { type: 'join', room: `room-${(done + index) % rooms}`, history: 0 }, '"type":"joined"');
      peer.socket.resume();
      peers.push(peer);
    });
    await Promise.all(wave);
  }
}

/** Makes `count` rooms, `width` at once, each by its first join, and leaves every one of them. */
async function tour(port: number, count: number, width: number): Promise<void> {
  const each = Math.ceil(count / width);
  const walk = async (walker: number): Promise<void> => {
    const peer = await open(port);
    for (let number = 0; number < each; number++) {
      const room = `room-${walker}-${number}`;
      await ask(peer, { type: 'join', room, history: 0 }, '"type":"joined"');
      await ask(peer, { type: 'leave', room }, '"type":"left"');
    }
    await goodbye(peer);
  };
  await Promise.all(Array.from({ length: width }, (_, walker) => walk(walker)));
}

/** Ends all connections as a client that leaves for good. */
async function leave(): Promise<void> {
  await Promise.all(peers.splice(0).map(goodbye));
}

async function open(port: number): Promise<RawPeer> {
  // Loopback has many addresses, so that ports do not run out.
  const localAddress = `127.0.0.${2 + (names % 32)}`;
  const peer = await openRaw(port, { path: '/chat', fields: FIELDS, localAddress });
  await ask(peer, { type: 'hello', username: `chatter-${names++}` }, '"type":"welcome"');
  return peer;
}

/** Sends a message and reads on until such an answer has come; what comes beside it is passed over. */
function ask({ socket }: RawPeer, message: object, expected: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let read = '';
    const look = (chunk: Buffer): void => {
      read += chunk.toString('latin1');
      if (read.includes('"type":"error"')) settle(new Error(read));
      else if (read.includes(expected)) settle();
    };
    const gone = (): void => settle(new Error('the server ended a connection'));
    const settle = (error?: Error): void => {
      socket.off('data', look).off('close', gone);
      if (error) reject(error);
      else resolve();
    };
    socket.on('data', look).on('close', gone);
    socket.resume();
    socket.write(frame(message));
  });
}

function goodbye({ socket }: RawPeer): Promise<void> {
  return new Promise((resolve) => {
    socket.on('close', () => resolve());
    socket.resume();
    socket.end(GOODBYE);
  });
}

answer({ need: needDescriptors, join, tour, leave });
