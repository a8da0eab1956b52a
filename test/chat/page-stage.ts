import type { Clock, SocketLike } from '../../src/chat/page/types.ts';

/** Loads a module of the page, which is plain JavaScript for browsers; the caller names the types that it drives. */
export async function loadPageModule<Exports>(name: string): Promise<Exports> {
  return (await import(new URL(`../../src/chat/page/${name}.js`, import.meta.url).href)) as Exports;
}

/** A clock that stands still until it is advanced. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #lastAlarm = 0;
  readonly #alarms = new Map<number, { readonly at: number; readonly ring: () => void }>();

  readonly now = (): number => this.#now;

  /** How many alarms are set. */
  get pending(): number {
    return this.#alarms.size;
  }

  after(ms: number, ring: () => void): number {
    this.#lastAlarm += 1;
    this.#alarms.set(this.#lastAlarm, { at: this.#now + ms, ring });
    return this.#lastAlarm;
  }

  cancel(alarm: number | undefined): void {
    if (alarm !== undefined) this.#alarms.delete(alarm);
  }

  /** Lets time pass; what falls due rings in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#alarms].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#alarms.delete(due[0]);
      this.#now = due[1].at;
      due[1].ring();
    }
    this.#now = end;
  }
}

/** The page's end of a socket whose other end is the test. */
export class FakeSocket implements SocketLike {
  readonly extensions = '';
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  readonly sent: string[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.(undefined as never);
  }
  say(text: string): void {
    this.onmessage?.({ data: text });
  }
  lose(code = 1006, reason = ''): void {
    this.onclose?.({ code, reason });
  }
}
