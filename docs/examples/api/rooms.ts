// A room of two: one message, encoded once; the second member does not read any more.
import { type DeliveryStatus, RoomHub, type RoomMember } from 'ws101/rooms';

class Reader implements RoomMember<string> {
  readonly #name: string;
  readonly #status: DeliveryStatus;

  constructor(name: string, status: DeliveryStatus) {
    this.#name = name;
    this.#status = status;
  }

  send(prepared: string): DeliveryStatus {
    console.log(this.#name, 'is sent', prepared);
    return this.#status;
  }
}

const hub = new RoomHub<Reader, { text: string }, string>({
  encode: (message) => JSON.stringify(message),
  undelivered: (_member, status, room) => console.log('somebody in', room, 'missed it:', status),
});
const { room } = hub.join('lobby', new Reader('ann', 'ok'));
hub.join('lobby', new Reader('bob', 'dropped'));
console.log(room?.publish({ text: 'hi' }));
