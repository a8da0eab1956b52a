import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { FRAME_RULES } from '../../src/codec/violation.ts';
import {
  CLOSING_TABLE,
  type CloseInfo,
  type ClosingEvent,
  type ClosingState,
  MESSAGE_RULES,
} from '../../src/protocol/index.ts';
import { closeFor, closeHex, type Endpoint, frameFor, openEnd, seen } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, ROLES, type Role, utf8 } from '../support/wire.ts';

const { TEXT, CLOSE, PING, PONG } = Opcode;
const TIMEOUT = 3000;

/** Brings a connection into a state at time 0 and empties its outbox. */
const INTO: Readonly<Record<ClosingState, (end: Endpoint, role: Role) => void>> = {
  open: () => {},
  'close-sent': ({ protocol }) => protocol.close(0, 1000, 'bye'),
  exchanged: (end, role) => end.feed(closeFor(role, 1001, 'away')),
  failed: (end, role) => end.feed(frameFor(role, 3, utf8(''))),
  ended: ({ protocol }) => protocol.transportEnded(),
};

/** Makes an event happen at time 1000, or at the deadline. */
const MAKE: Readonly<Record<ClosingEvent, (end: Endpoint, role: Role) => void>> = {
  close: ({ protocol }) => protocol.close(1000, 3000, 'mine'),
  'close-frame': (end, role) => end.feed(closeFor(role, 4001, 'theirs'), 1000),
  violation: (end, role) => end.feed(frameFor(role, 11, utf8('')), 1000),
  deadline: ({ protocol }) => protocol.tick(1_000_000),
  'transport-end': ({ protocol }) => protocol.transportEnded(),
};

const BROKEN = FRAME_RULES['reserved-opcode'];
const FAILED: CloseInfo = { code: 1002, reason: BROKEN.message, clean: false, by: 'local' };
const LOST: CloseInfo = { code: 1006, reason: '', clean: false, by: 'remote' };
const GIVEN_UP: CloseInfo = { code: 1006, reason: '', clean: false, by: 'local' };
const AWAY: CloseInfo = { code: 1001, reason: 'away', clean: true, by: 'remote' };

interface Cell {
  readonly next: ClosingState;
  /** The payload of the close frame that goes out. */
  readonly sends?: string;
  /** Whether our half of the transport is to be ended. */
  readonly ends?: boolean | Role;
  readonly destroys?: boolean;
  /** Until when the peer has time, when that changes. */
  readonly deadline?: number;
  readonly info?: CloseInfo;
}

const NOTHING = 'nothing';

/** What each event does in each state, written down independently of the table. */
const CELLS: Readonly<Record<ClosingState, Readonly<Record<ClosingEvent, Cell | typeof NOTHING>>>> = {
  open: {
    close: { next: 'close-sent', sends: closeHex(3000, 'mine'), deadline: 1000 + TIMEOUT },
    'close-frame': { next: 'exchanged', sends: closeHex(4001, 'theirs'), ends: 'server', deadline: 1000 + TIMEOUT },
    violation: { next: 'failed', sends: closeHex(1002, BROKEN.message), ends: true, deadline: 1000 + TIMEOUT },
    deadline: NOTHING,
    'transport-end': { next: 'ended', info: LOST },
  },
  'close-sent': {
    close: NOTHING,
    'close-frame': { next: 'exchanged', ends: 'server', deadline: 1000 + TIMEOUT },
    violation: { next: 'failed', ends: true, deadline: 1000 + TIMEOUT },
    deadline: { next: 'ended', destroys: true, info: GIVEN_UP },
    'transport-end': { next: 'ended', info: GIVEN_UP },
  },
  exchanged: {
    close: NOTHING,
    'close-frame': NOTHING,
    violation: NOTHING,
    deadline: { next: 'ended', destroys: true, info: AWAY },
    'transport-end': { next: 'ended', info: AWAY },
  },
  failed: {
    close: NOTHING,
    'close-frame': NOTHING,
    violation: NOTHING,
    deadline: { next: 'ended', destroys: true, info: FAILED },
    'transport-end': { next: 'ended', info: FAILED },
  },
  ended: {
    close: NOTHING,
    'close-frame': NOTHING,
    violation: NOTHING,
    deadline: NOTHING,
    'transport-end': NOTHING,
  },
};

const STATES = Object.keys(CELLS) as ClosingState[];
const EVENTS = Object.keys(MAKE) as ClosingEvent[];

describe('RFC 6455 §7, the closing table', () => {
  it('has no move but the ones below', () => {
    for (const state of STATES) {
      for (const event of EVENTS) {
        const cell = CELLS[state][event];
        const step = CLOSING_TABLE[state][event];
        expect(step?.next, `${state}, ${event}`).toBe(cell === NOTHING ? undefined : cell.next);
      }
    }
  });

  for (const role of ROLES) {
    for (const state of STATES) {
      for (const event of EVENTS) {
        const cell = CELLS[state][event];
        const does = cell === NOTHING ? 'nothing' : `goes to ${cell.next}`;
        // @rfc 6455-5.5.1-4 6455-5.5.1-6 6455-5.5.1-7 6455-7.1.1-2 6455-7.1.1-3 6455-7.1.2-2 6455-7.1.7-1 6455-7.1.7-2 6455-7.1.7-3 6455-7.2.1-1 6455-7.2.1-2 6455-7.2.2-1
        it(`${role}, ${state}: ${event} ${does}`, () => runCell(role, state, event, cell));
      }
    }
  }
});

function runCell(role: Role, state: ClosingState, event: ClosingEvent, cell: Cell | typeof NOTHING): void {
  const end = openEnd(role);
  const { protocol, events } = end;
  INTO[state](end, role);
  expect(protocol.state).toBe(state);
  end.sent();
  const told = [...events];
  const endedBefore = protocol.endRequested;
  const deadlineBefore = protocol.nextDeadline();
  MAKE[event](end, role);
  if (cell === NOTHING) {
    expect(protocol.state).toBe(state);
    expect(end.sent()).toEqual([]);
    expect(events).toEqual(told);
    expect(protocol.endRequested).toBe(endedBefore);
    expect(protocol.destroyRequested).toBe(false);
    expect(protocol.nextDeadline()).toBe(deadlineBefore);
    return;
  }
  expect(protocol.state).toBe(cell.next);
  expect(end.sent()).toEqual(cell.sends === undefined ? [] : [seen(CLOSE, cell.sends)]);
  const { ends = endedBefore } = cell;
  expect(protocol.endRequested).toBe(typeof ends === 'boolean' ? ends : ends === role);
  expect(protocol.destroyRequested).toBe(cell.destroys ?? false);
  expect(protocol.nextDeadline()).toBe(cell.deadline ?? Infinity);
  expect(events.slice(told.length)).toEqual(cell.info === undefined ? [] : [['ended', cell.info]]);
}

describe.each(ROLES)('RFC 6455 §7.1.2 to §7.1.7, closing at the end of a %s', (role) => {
  it('asks nothing of the transport while the connection is open', () => {
    const { protocol } = openEnd(role);
    expect([protocol.endRequested, protocol.destroyRequested]).toEqual([false, false]);
  });

  // @rfc 6455-7.1.2-1
  it('sends the code and reason it is given, once', () => {
    const end = openEnd(role);
    end.protocol.close(0, 1001, 'über');
    end.protocol.close(0, 1000, 'again');
    expect(end.sent()).toEqual([seen(CLOSE, closeHex(1001, 'über'))]);
  });

  it('sends an empty close frame without a code', () => {
    const end = openEnd(role);
    end.protocol.close(0);
    expect(end.sent()).toEqual([seen(CLOSE)]);
  });

  // @rfc 6455-5.5.1-3 6455-6.1-2 6455-6.1-3
  it('sends what was queued before the close frame, and nothing behind it', () => {
    const end = openEnd(role);
    end.protocol.send('first');
    end.protocol.close(0, 1000);
    expect(end.protocol.send('second')).toBe('closed');
    expect(end.protocol.sendPart('second', true)).toBe('closed');
    expect(end.protocol.ping(0)).toBe('closed');
    expect(end.protocol.ping(0, utf8('x'))).toBe('closed');
    end.feed(frameFor(role, PING, utf8('x')));
    end.protocol.transportDrained(0);
    expect(end.sent()).toEqual([seen(TEXT, '6669727374'), seen(CLOSE, closeHex(1000))]);
  });

  it('discards data and answers no ping while it awaits the close frame', () => {
    const end = openEnd(role);
    end.protocol.close(0, 1000);
    end.sent();
    end.feed(frameFor(role, TEXT, utf8('late')));
    end.feed(frameFor(role, TEXT, utf8('la'), { fin: false }));
    end.feed(frameFor(role, PING, utf8('x')));
    end.feed(frameFor(role, PONG, utf8('y')));
    end.feed(frameFor(role, Opcode.CONTINUATION, new Uint8Array(2 ** 21)));
    expect(end.events).toEqual([]);
    expect(end.sent()).toEqual([]);
    end.feed(closeFor(role, 1000, 'done'));
    expect(end.protocol.state).toBe('exchanged');
    end.protocol.transportEnded();
    expect(end.events).toEqual([['ended', { code: 1000, reason: 'done', clean: true, by: 'local' }]]);
  });

  it('discards the rest of a message that was under way when it closed', () => {
    const end = openEnd(role);
    const bytes = concat(frameFor(role, TEXT, utf8('Hello')), closeFor(role, 1000));
    const cut = frameFor(role, TEXT, utf8('Hello')).length - 2;
    end.feed(bytes.subarray(0, cut));
    end.protocol.close(0, 4999);
    end.feed(bytes.subarray(cut));
    expect(end.events).toEqual([]);
    expect(end.protocol.state).toBe('exchanged');
  });

  it('finds the close frame of which it had one half when it closed', () => {
    const end = openEnd(role);
    const bytes = closeFor(role, 1001, 'bye');
    end.feed(bytes.subarray(0, bytes.length - 2));
    end.protocol.close(0, 1000);
    end.feed(bytes.subarray(bytes.length - 2));
    end.protocol.transportEnded();
    expect(end.events).toEqual([['ended', { code: 1001, reason: 'bye', clean: true, by: 'local' }]]);
  });

  it('tells a close without a code as 1005', () => {
    const end = openEnd(role);
    end.protocol.close(0, 1000);
    end.feed(closeFor(role));
    end.protocol.transportEnded();
    expect(end.events).toEqual([['ended', { code: 1005, reason: '', clean: true, by: 'local' }]]);
  });

  it('tells a reason as empty that the text port cannot read', () => {
    const end = openEnd(role, { text: { ...webText, decode: () => undefined } });
    end.feed(closeFor(role, 1001, 'bye'));
    end.protocol.transportEnded();
    expect(end.events).toEqual([['ended', { code: 1001, reason: '', clean: true, by: 'remote' }]]);
  });

  it('fails when the awaited close frame is illegal', () => {
    const end = openEnd(role);
    end.protocol.close(0, 1000);
    end.sent();
    end.feed(frameFor(role, CLOSE, Uint8Array.of(3)));
    expect(end.protocol.state).toBe('failed');
    expect(end.sent()).toEqual([]);
    expect(end.protocol.brokenRule?.code).toBe('close-payload-truncated');
    end.protocol.transportEnded();
    expect(end.events).toEqual([['ended', GIVEN_UP]]);
  });

  it('tells the code of a broken rule only where it went out: not behind a close frame of this end', () => {
    for (const closes of [false, true]) {
      const end = openEnd(role);
      if (closes) end.protocol.close(0, 1000, 'done');
      end.feed(frameFor(role, 3, utf8('')));
      end.protocol.transportEnded();
      const sent = end.sent();
      expect(sent.map(({ payload }) => payload.slice(0, 4))).toEqual([closes ? '03e8' : '03ea']);
      const { code, clean, by } = (end.events[0] as ['ended', CloseInfo])[1];
      expect([code, clean, by]).toEqual([closes ? 1006 : 1002, false, 'local']);
      expect(end.protocol.brokenRule?.closeCode).toBe(1002);
    }
  });

  // @rfc 6455-5.5.1-7
  it('gives the peer its time to the millisecond, then ends alone', () => {
    const end = openEnd(role, { limits: { closeTimeoutMs: 500 } });
    end.protocol.close(200, 1000);
    expect(end.protocol.nextDeadline()).toBe(700);
    end.protocol.tick(699);
    expect(end.events).toEqual([]);
    end.protocol.tick(700);
    expect(end.events).toEqual([['ended', { code: 1006, reason: '', clean: false, by: 'local' }]]);
    expect(end.protocol.destroyRequested).toBe(true);
    end.protocol.tick(2000);
    expect(end.events).toHaveLength(1);
  });

  it('waits for the end of the transport as long as for the close frame, also while it rests', () => {
    const end = openEnd(role, { limits: { closeTimeoutMs: 500 } });
    end.protocol.rests(0);
    end.feed(closeFor(role, 1000), 100);
    expect(end.protocol.nextDeadline()).toBe(600);
    end.protocol.tick(600);
    expect(end.protocol.destroyRequested).toBe(true);
    expect(end.events).toEqual([['ended', { code: 1000, reason: '', clean: true, by: 'remote' }]]);
  });

  it('waits for ever with an infinite time', () => {
    const end = openEnd(role, { limits: { closeTimeoutMs: Infinity } });
    end.protocol.close(0, 1000);
    end.protocol.tick(Number.MAX_SAFE_INTEGER);
    expect(end.protocol.nextDeadline()).toBe(Infinity);
    expect(end.protocol.state).toBe('close-sent');
  });

  // @rfc 6455-7.1.1-1
  it('takes and ignores every byte once it has ended', () => {
    const end = openEnd(role);
    end.protocol.transportEnded();
    expect(end.protocol.receive(concat(frameFor(role, TEXT, utf8('x')), closeFor(role, 1000)), 0)).toBe(
      frameFor(role, TEXT, utf8('x')).length + closeFor(role, 1000).length,
    );
    end.protocol.tick(1e9);
    end.protocol.terminate();
    expect(end.events).toHaveLength(1);
    expect(end.protocol.send('x')).toBe('closed');
    expect(end.sent()).toEqual([]);
  });

  // @rfc 6455-7.1.7-2 6455-7.1.7-3
  it('says why in a close frame of at most 125 bytes, whatever rule was broken', () => {
    for (const rule of [...Object.values(FRAME_RULES), ...Object.values(MESSAGE_RULES)]) {
      expect(utf8(rule.message).length, rule.message).toBeLessThanOrEqual(123);
    }
  });
});

describe.each(ROLES)('terminate at the end of a %s', (role) => {
  const OUTCOME: Readonly<Record<ClosingState, CloseInfo>> = {
    open: GIVEN_UP,
    'close-sent': GIVEN_UP,
    exchanged: AWAY,
    failed: FAILED,
    ended: LOST,
  };

  it.each(STATES)('destroys the transport and ends at once when %s', (state) => {
    const end = openEnd(role);
    INTO[state](end, role);
    end.sent();
    end.protocol.terminate();
    expect(end.protocol.state).toBe('ended');
    expect(end.protocol.destroyRequested).toBe(true);
    expect(end.protocol.nextDeadline()).toBe(Infinity);
    expect(end.sent()).toEqual([]);
    end.protocol.terminate();
    end.protocol.transportEnded();
    expect(end.events).toEqual([['ended', OUTCOME[state]]]);
  });

  it('forgets what a handler has not seen when it is called from a handler', () => {
    const illegal = frameFor(role, 3, utf8(''));
    const end = openEnd(role, {
      stop: ({ protocol }) => {
        protocol.terminate();
        return false;
      },
    });
    const bytes = concat(
      frameFor(role, TEXT, utf8('a')),
      frameFor(role, TEXT, utf8('b')),
      closeFor(role, 1000),
      illegal,
    );
    expect(end.protocol.receive(bytes, 0)).toBe(bytes.length);
    expect(end.events).toEqual([
      ['text', 'a'],
      ['ended', GIVEN_UP],
    ]);
    expect(end.protocol.brokenRule).toBeUndefined();
  });
});

describe.each(ROLES)('a handler of a %s that closes', (role) => {
  it.each([true, false])('still finds the close frame behind, when it answers %s', (answer) => {
    const end = openEnd(role, {
      stop: ({ protocol }) => {
        protocol.close(0, 1000);
        return answer;
      },
    });
    const bytes = concat(
      frameFor(role, TEXT, utf8('a')),
      frameFor(role, TEXT, utf8('bbbbbbb')),
      closeFor(role, 1001, 'both'),
    );
    expect(end.protocol.receive(bytes, 0)).toBe(bytes.length);
    expect(end.protocol.state).toBe('exchanged');
    end.protocol.transportEnded();
    expect(end.events).toEqual([
      ['text', 'a'],
      ['ended', { code: 1001, reason: 'both', clean: true, by: 'local' }],
    ]);
  });

  it('does not lose step when the next frame is cut', () => {
    const end = openEnd(role, {
      stop: ({ protocol }) => {
        protocol.close(0, 1000);
        return true;
      },
    });
    const second = frameFor(role, TEXT, utf8('bbbbbbb'));
    end.feed(concat(frameFor(role, TEXT, utf8('a')), second.subarray(0, 9)));
    end.feed(concat(second.subarray(9), closeFor(role, 1000)));
    expect(end.protocol.state).toBe('exchanged');
    expect(end.protocol.brokenRule).toBeUndefined();
  });
});

describe('RFC 6455 §7.1.2, both ends close at once', () => {
  // @rfc 6455-5.5.1-7 6455-7.1.1-2
  it('ends cleanly, each by itself, with the code of the other, and only the server ends the transport', () => {
    const server = openEnd('server');
    const client = openEnd('client');
    server.protocol.close(0, 1001, 'restart');
    client.protocol.close(0, 1000, 'done');
    const fromServer = server.take();
    server.feed(client.take());
    client.feed(fromServer);
    expect([server.protocol.endRequested, client.protocol.endRequested]).toEqual([true, false]);
    expect([server.sent(), client.sent()]).toEqual([[], []]);
    client.protocol.transportEnded();
    server.protocol.transportEnded();
    expect(server.events).toEqual([['ended', { code: 1000, reason: 'done', clean: true, by: 'local' }]]);
    expect(client.events).toEqual([['ended', { code: 1001, reason: 'restart', clean: true, by: 'local' }]]);
  });
});
