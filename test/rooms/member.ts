import type { DeliveryStatus } from '../../src/rooms/index.ts';

/** A member that keeps what it is handed; `status` is what it answers, `reaction` what it does on the way. */
export class Listener {
  readonly heard: { text: string }[] = [];
  status: DeliveryStatus = 'ok';
  reaction: ((prepared: { text: string }) => void) | undefined;

  send(prepared: { text: string }): DeliveryStatus {
    if (this.status === 'ok' || this.status === 'pressured') this.heard.push(prepared);
    this.reaction?.(prepared);
    return this.status;
  }

  get texts(): string[] {
    return this.heard.map(({ text }) => text);
  }
}
