import {
  type CloseInfo,
  type MemoryBudget,
  PreparedMessage,
  Protocol,
  type ProtocolHandler,
  type ProtocolLimits,
  type SendStatus,
  Slab,
} from '../../src/protocol/index.ts';
import type { Dice } from '../support/dice.ts';
import type { Role } from '../support/wire.ts';
import type { Agenda } from './agenda.ts';
import { byteText } from './byte-text.ts';
import type { Link, LinkEnd } from './link.ts';
import type { Trace } from './trace.ts';

/** How an end is set up. */
export interface PartyPlan {
  readonly role: Role;
  readonly limits: ProtocolLimits;
  readonly keepalive: { readonly intervalMs: number; readonly timeoutMs: number } | undefined;
  readonly inParts: boolean;
  readonly borrow: boolean;
  /** Whether what was received before a reset is still handed in once the application reads again. */
  readonly keepsRest: boolean;
  /** Puts something between the protocol and its handler. Default: nothing. */
  readonly wrap?: ((handler: ProtocolHandler) => ProtocolHandler) | undefined;
}

/** A message as it was given to `send`. */
export type Message = string | Uint8Array;

/** What the protocol told its application. */
export interface Heard {
  readonly messages: Message[];
  readonly ends: CloseInfo[];
  /** How many calls came after the first `ended`. */
  late: number;
}

const SHARED_SLAB = new Slab();

/** One end of a simulated connection: a protocol, a driver that behaves as one over a socket does, an application. */
export class Party implements LinkEnd {
  readonly plan: PartyPlan;
  readonly protocol: Protocol;
  readonly heard: Heard = { messages: [], ends: [], late: 0 };
  /** Messages that were accepted, in order. */
  readonly sent: Message[] = [];
  /** What this end put on the wire although it must not. */
  readonly crimes: (readonly string[])[] = [];
  /** The code and reason that this end began to close with. */
  ours: { readonly code: number; readonly reason: string } | undefined;
  mostBuffered = 0;
  /** How often something was accepted although this end was closing or closed. */
  acceptedLate = 0;
  /** The longest message or part that was accepted, as UTF-16 units or bytes. */
  longestAccepted = 0;
  readonly #agenda: Agenda;
  readonly #trace: Trace;
  readonly #out: Link;
  readonly #in: Link;
  readonly #reset: () => void;
  #rest: Uint8Array[] = [];
  #parts: Message[] = [];
  #partial: Uint8Array[] = [];
  #paused = false;
  #blocked = false;
  #peerEnded = false;
  #closed = false;

  constructor(
    plan: PartyPlan,
    agenda: Agenda,
    dice: Dice,
    trace: Trace,
    out: Link,
    input: Link,
    budget: MemoryBudget,
    reset: () => void,
  ) {
    this.plan = plan;
    this.#agenda = agenda;
    this.#trace = trace;
    this.#out = out;
    this.#in = input;
    this.#reset = reset;
    const handler = this.#handler();
    this.protocol = new Protocol({
      role: plan.role,
      handler: plan.wrap === undefined ? handler : plan.wrap(handler),
      text: byteText,
      now: 0,
      nextMaskKey: () => dice.int32(),
      limits: plan.limits,
      keepalive: plan.keepalive,
      transport: {
        get bufferedBytes() {
          return out.waiting;
        },
      },
      partialMessages: budget,
      slab: SHARED_SLAB,
      borrow: plan.borrow,
    });
  }

  get reading(): boolean {
    return !this.#closed && (!this.#paused || this.protocol.state !== 'open');
  }

  get closed(): boolean {
    return this.#closed;
  }

  get deadline(): number {
    return this.#closed ? Infinity : this.protocol.nextDeadline();
  }

  send(data: Message, prepared: boolean): void {
    const open = this.protocol.state === 'open';
    const status = this.protocol.send(prepared ? new PreparedMessage(data, byteText) : data);
    if (!open && status !== 'closed') this.acceptedLate++;
    this.#note(`send ${status}`, data.length);
    if (status === 'ok' || status === 'pressured') {
      this.longestAccepted = Math.max(this.longestAccepted, data.length);
      this.sent.push(data);
    }
    this.flush();
  }

  /** True while a message is being sent in parts. */
  get sendsParts(): boolean {
    return this.#parts.length > 0;
  }

  sendPart(data: Message, last: boolean): void {
    const status: SendStatus = this.protocol.sendPart(data, last);
    this.#note(`part ${status}`, data.length);
    if (status === 'ok' || status === 'pressured') {
      this.longestAccepted = Math.max(this.longestAccepted, data.length);
      this.#parts.push(data);
      if (last) this.sent.push(joined(this.#parts.splice(0)));
    }
    this.flush();
  }

  /** What kind the message has that is being sent in parts. */
  get partsAreText(): boolean {
    return typeof this.#parts[0] === 'string';
  }

  ping(payload: Uint8Array | undefined): void {
    this.#note(`ping ${this.protocol.ping(this.#agenda.now, payload)}`, payload?.length ?? -1);
    this.flush();
  }

  close(code: number | undefined, reason: string): void {
    if (this.protocol.state === 'open') this.ours = { code: code ?? 1005, reason };
    this.#note('close', code ?? 0);
    this.protocol.close(this.#agenda.now, code, reason);
    this.readOn();
    this.flush();
  }

  terminate(): void {
    this.#note('terminate', 0);
    this.protocol.terminate();
    this.flush();
  }

  pause(): void {
    this.#paused = true;
    this.#note('pause', 0);
  }

  /** Reads again what was kept, and from the network. */
  resume(): void {
    this.#paused = false;
    this.#note('resume', 0);
    this.readOn();
  }

  /** Puts bytes on the wire that break a rule of the peer, if they can stand between two frames now. */
  violate(bytes: Uint8Array, codes: readonly string[]): boolean {
    this.flush();
    if (this.protocol.outbox.bytes > 0 || this.#out.ended) return false;
    this.crimes.push(codes);
    this.#note('violate', bytes.length);
    this.#out.write(bytes);
    return true;
  }

  tick(): void {
    this.#note('tick', 0);
    this.protocol.tick(this.#agenda.now);
    this.#tookNote();
    this.flush();
  }

  arrive(bytes: Uint8Array): void {
    this.#note('arrive', bytes.length);
    this.#rest.push(bytes);
    this.readOn();
  }

  arriveEnd(): void {
    this.#note('arrive end', 0);
    this.#peerEnded = true;
    this.readOn();
  }

  roomMade(): void {
    if (!this.#blocked || this.#closed) return;
    this.#blocked = false;
    this.protocol.outbox.blocked = false;
    this.protocol.transportDrained(this.#agenda.now);
    this.flush();
  }

  /** The transport is gone. */
  disconnect(): void {
    if (this.#closed) return;
    this.#note('disconnect', 0);
    this.#closed = true;
    if (this.#rest.length > 0 && this.#paused && this.plan.keepsRest && !this.protocol.destroyRequested) return;
    this.#finish();
  }

  readOn(): void {
    const now = this.#agenda.now;
    while (this.#rest.length > 0 && (!this.#paused || this.protocol.state !== 'open')) {
      const chunk = this.#rest[0]!;
      const taken = this.protocol.receive(chunk, now);
      this.#tookNote();
      if (taken === chunk.length) this.#rest.shift();
      else this.#rest[0] = chunk.subarray(taken);
    }
    if (this.#rest.length > 0) this.protocol.rests(now);
    else this.protocol.readsAgain(now);
    if (this.#rest.length === 0 && (this.#peerEnded || this.#closed)) this.#finish();
    this.flush();
    if (this.#rest.length === 0) this.#in.deliver();
  }

  flush(): void {
    const { protocol } = this;
    this.mostBuffered = Math.max(this.mostBuffered, protocol.bufferedBytes);
    if (this.#closed) return;
    if (protocol.destroyRequested) {
      this.#note('destroy', 0);
      this.#reset();
      return;
    }
    if (this.#blocked || this.#out.ended) return;
    while (protocol.outbox.bytes > 0 && this.#out.waiting === 0) {
      for (const chunk of protocol.outbox.take(512)) this.#out.write(chunk);
    }
    if (this.#out.waiting > 0) {
      this.#blocked = true;
      protocol.outbox.blocked = true;
    } else if (protocol.endRequested || this.#peerEnded) this.#out.end();
  }

  /** The transport closes its half by itself. */
  halfClose(): void {
    this.#note('half-close', 0);
    this.#out.end();
  }

  #finish(): void {
    this.protocol.transportEnded();
    this.#rest = [];
  }

  /** What this end closes with is known at latest when it breaks off. */
  #tookNote(): void {
    const rule = this.protocol.brokenRule;
    if (rule !== undefined) this.ours ??= { code: rule.closeCode, reason: rule.message };
  }

  #handler(): ProtocolHandler {
    const { heard } = this;
    const told = (): void => {
      if (heard.ends.length > 0) heard.late++;
    };
    const handler: ProtocolHandler = {
      message: (data) => {
        told();
        heard.messages.push(typeof data === 'string' ? data : data.slice());
        this.#note('message', data.length);
        return this.#paused;
      },
      pong: () => told(),
      ended: (info) => {
        told();
        heard.ends.push(info);
        this.#note(`ended ${info.clean} ${info.by}`, info.code);
      },
    };
    if (!this.plan.inParts) return handler;
    return {
      ...handler,
      part: (data, opcode, last) => {
        told();
        this.#partial.push(data.slice());
        if (last) {
          const whole = joined(this.#partial.splice(0)) as Uint8Array;
          heard.messages.push(opcode === 1 ? (byteText.decode(whole, 0, whole.length) ?? 'no text') : whole);
        }
        this.#note('part', data.length);
        return this.#paused;
      },
    };
  }

  #note(what: string, value: number): void {
    this.#trace.note(this.#agenda.now, this.plan.role, what, value);
  }
}

function joined(parts: readonly Message[]): Message {
  if (typeof parts[0] === 'string') return parts.join('');
  return new Uint8Array(Buffer.concat(parts as readonly Uint8Array[]));
}
