import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_RULES } from '../../src/codec/violation.ts';
import { MESSAGE_RULES, MemoryBudget, PreparedMessage } from '../../src/protocol/index.ts';
import { type Endpoint, frameFor, openEnd, otherRole, type SeenEvent } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, cutAtRandom, ROLES, type Role, seeded, toHex, utf8 } from '../support/wire.ts';

type Send =
  | { readonly kind: 'text'; readonly parts: readonly string[] }
  | { readonly kind: 'binary'; readonly parts: readonly Uint8Array[] }
  | { readonly kind: 'prepared'; readonly data: string | Uint8Array }
  | { readonly kind: 'ping' };

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom(0x61, 0xd83d, 0xde00), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(126, 16_385, 70_000).map((n) => new Uint8Array(n)),
);
const anySend: fc.Arbitrary<Send> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), parts: fc.array(anyText, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('binary' as const), parts: fc.array(anyBytes, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('prepared' as const), data: fc.oneof(anyText, anyBytes) }),
  fc.constant({ kind: 'ping' as const }),
);

/** Sends and gives the event that the other end must see. */
function send({ protocol }: Endpoint, what: Send): SeenEvent | undefined {
  if (what.kind === 'ping') {
    protocol.ping(0);
    return undefined;
  }
  if (what.kind === 'prepared') {
    protocol.send(new PreparedMessage(what.data, webText));
    return messageEvent(what.data);
  }
  const { parts } = what;
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) protocol.send(only);
  else for (const [i, part] of parts.entries()) protocol.sendPart(part, i === parts.length - 1);
  return messageEvent(what.kind === 'text' ? what.parts.join('') : concat(...what.parts));
}

function messageEvent(data: string | Uint8Array): SeenEvent {
  return typeof data === 'string' ? ['text', Buffer.from(data).toString()] : ['binary', toHex(data)];
}

/** Tiny pieces of what is short, few pieces of what is long. */
function pieces(bytes: Uint8Array, random: () => number): Uint8Array[] {
  if (bytes.length < 3000) return cutAtRandom(bytes, random);
  const at = Math.floor(random() * bytes.length);
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

/** Moves what waits between two ends, cut at random, until both are silent. */
function exchange(one: Endpoint, other: Endpoint, random: () => number): void {
  const pipes: [Endpoint, Endpoint, Uint8Array][] = [
    [one, other, new Uint8Array(0)],
    [other, one, new Uint8Array(0)],
  ];
  const silent = ([from, , inFlight]: (typeof pipes)[number]): boolean =>
    inFlight.length === 0 && from.protocol.outbox.bytes === 0;
  while (!pipes.every(silent)) {
    for (const pipe of pipes) {
      const [from, to] = pipe;
      from.protocol.outbox.blocked = random() < 0.3;
      const waiting = concat(pipe[2], ...from.protocol.outbox.take(random() < 0.5 ? 1000 : Infinity));
      const cut = random() < 0.3 ? waiting.length : Math.ceil(random() * waiting.length);
      const rest: Uint8Array[] = [];
      for (const chunk of pieces(waiting.subarray(0, cut), random)) {
        if (rest.length > 0) rest.push(chunk);
        else rest.push(chunk.subarray(to.protocol.receive(chunk, 0)));
        if (rest[0]?.length === 0) rest.pop();
      }
      pipe[2] = concat(...rest, waiting.subarray(cut));
    }
  }
}

describe('two protocols back to back', () => {
  // @rfc 6455-5.4-2 6455-5.1-1
  it('deliver every message exactly once and in order, both ways, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), anySend, fc.boolean()), { maxLength: 25 }),
        fc.nat(),
        fc.boolean(),
        (sends, seed, stops) => {
          const random = seeded(seed);
          const stop = (): boolean => stops && random() < 0.5;
          const client = openEnd('client', { stop });
          const server = openEnd('server', { stop, ownsInput: true });
          const toServer: SeenEvent[] = [];
          const toClient: SeenEvent[] = [];
          let pings = 0;
          for (const [fromClient, what, exchangeNow] of sends) {
            if (what.kind === 'ping') pings++;
            const event = send(fromClient ? client : server, what);
            if (event !== undefined) (fromClient ? toServer : toClient).push(event);
            if (exchangeNow) exchange(client, server, random);
          }
          exchange(client, server, random);
          expect(messagesOf(server)).toEqual(toServer);
          expect(messagesOf(client)).toEqual(toClient);
          expect(client.events.length + server.events.length).toBe(toServer.length + toClient.length + pings);

          (stops ? client : server).protocol.close(0, 1000, 'done');
          exchange(client, server, random);
          expect([client.protocol.state, server.protocol.state]).toEqual(['exchanged', 'exchanged']);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function messagesOf({ events }: Endpoint): SeenEvent[] {
  return events.filter(([kind]) => kind === 'text' || kind === 'binary');
}

/** Streams that are mostly legal, so that they reach deep, with rubbish here and there. */
function anyStream(role: Role): fc.Arbitrary<Uint8Array> {
  const opcode = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(0, 0, 1, 2, 8, 9, 10) },
    { weight: 1, arbitrary: fc.nat({ max: 15 }) },
  );
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    anyText.map((text) => utf8(text)),
    fc.constantFrom(3, 232).map((low) => Uint8Array.of(3, low)),
    fc.constant(new Uint8Array(200)),
  );
  const fin = fc.boolean();
  const rsv = fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 7 }) });
  const masked = fc.oneof(
    { weight: 30, arbitrary: fc.constant(role) },
    { weight: 1, arbitrary: fc.constantFrom(...ROLES) },
  );
  const frame = fc
    .tuple(masked, opcode, payload, fin, rsv)
    .map(([as, code, bytes, last, bits]) => frameFor(as, code, bytes, { fin: last, rsv: bits }));
  const piece = fc.oneof({ weight: 20, arbitrary: frame }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) });
  return fc.array(piece, { maxLength: 30 }).map((all) => concat(...all));
}

const KNOWN = new Set<string>([...Object.keys(FRAME_RULES), ...Object.keys(MESSAGE_RULES)]);
const limits = { maxMessageBytes: 150, maxFragments: 6, pingsPerWindow: 8 };

describe.each(ROLES)('any bytes at the end of a %s', (role) => {
  const stream = fc.oneof(anyStream(role), fc.uint8Array({ maxLength: 300 }));

  // @rfc 6455-10.4-1 6455-10.7-1
  it('give events or exactly one violation, and never more memory than one message', () => {
    fc.assert(
      fc.property(stream, fc.nat(), (bytes, seed) => {
        const budget = new MemoryBudget(Infinity);
        const end = openEnd(role, { limits, partialMessages: budget });
        for (const chunk of cutAtRandom(bytes, seeded(seed))) {
          end.feed(chunk);
          expect(budget.used).toBeLessThanOrEqual(limits.maxMessageBytes);
        }
        const { protocol } = end;
        expect(protocol.brokenRule === undefined || KNOWN.has(protocol.brokenRule.code)).toBe(true);
        expect(protocol.state === 'failed').toBe(protocol.brokenRule !== undefined);
        const closes = end.sent().filter(({ opcode }) => opcode === 8);
        expect(closes).toHaveLength(protocol.state === 'open' ? 0 : 1);
        protocol.transportEnded();
        expect(budget.used).toBe(0);
        expect(end.events.filter(([kind]) => kind === 'ended')).toHaveLength(1);
        expect(end.events.at(-1)?.[0]).toBe('ended');
      }),
      { numRuns: 1000 },
    );
  });

  it('give the same events, answers and violation whole, byte by byte and cut at random', () => {
    fc.assert(
      fc.property(stream, fc.nat(), fc.boolean(), (bytes, seed, stops) => {
        const random = seeded(seed);
        const ways = [[bytes], Array.from(bytes, (byte) => Uint8Array.of(byte)), cutAtRandom(bytes, random)];
        const outcomes = ways.map((chunks) => {
          const end = openEnd(role, { limits, stop: () => stops && random() < 0.5 });
          for (const chunk of chunks) end.feed(chunk);
          end.protocol.transportEnded();
          return { events: end.events, answers: toHex(end.take()), violation: end.protocol.brokenRule?.code };
        });
        expect(outcomes[1]).toEqual(outcomes[0]);
        expect(outcomes[2]).toEqual(outcomes[0]);
      }),
      { numRuns: 1000 },
    );
  });

  // @rfc 6455-10.7-2
  it('never reach the peer as an illegal frame', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        const end = openEnd(role, { limits });
        end.feed(bytes);
        const peer = openEnd(otherRole(role));
        peer.feed(end.take());
        expect(peer.protocol.brokenRule).toBeUndefined();
      }),
    );
  });
});
