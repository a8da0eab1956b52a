import type { BrokerEvents, BrokerState, Entry, Head, PresenceChange } from '../../src/rooms/index.ts';

/** Keeps all that a node hears from its broker. */
export class Recorder implements BrokerEvents {
  readonly entries: { readonly room: string; readonly epoch: string; readonly entry: Entry }[] = [];
  readonly renewals: { readonly room: string; readonly head: Head }[] = [];
  readonly whispers: (readonly [room: string, sender: string, payload: string])[] = [];
  readonly presences: {
    readonly room: string;
    readonly node: string;
    readonly change: PresenceChange;
    readonly version: number;
  }[] = [];
  readonly signals: string[] = [];
  readonly states: BrokerState[] = [];

  entry(room: string, epoch: string, entry: Entry): void {
    this.entries.push({ room, epoch, entry });
  }

  renewed(room: string, head: Head): void {
    this.renewals.push({ room, head });
  }

  whisper(room: string, sender: string, payload: string): void {
    this.whispers.push([room, sender, payload]);
  }

  presence(room: string, node: string, change: PresenceChange, version: number): void {
    this.presences.push({ room, node, change, version });
  }

  signal(payload: string): void {
    this.signals.push(payload);
  }

  state(state: BrokerState): void {
    this.states.push(state);
  }

  /** The payloads heard of a room, in the order in which they came. */
  payloadsOf(room: string): string[] {
    return this.entries.filter((heard) => heard.room === room).map(({ entry }) => entry.payload);
  }
}
