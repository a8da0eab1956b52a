import { afterEach, describe, expect, it } from 'vitest';
import { hex } from '../../src/conformance/bytes.ts';
import { binary, close, continuation, OPCODE, ping, pong, text } from '../../src/conformance/frame.ts';
import type { ConformanceCase } from '../../src/conformance/model.ts';
import {
  answerPongs,
  closes,
  conversation,
  custom,
  defineCase,
  defineCases,
  echoText,
  fails,
  failsAtOnce,
  pause,
  send,
} from '../../src/conformance/steps.ts';
import { converseWithClient, endTestees, runAgainst, type Script, unmasked } from './scripted-testee.ts';

const SECTIONS = ['RFC 6455 §5.6'];
/** For testees that leave the suite waiting. */
const SHORT_MS = 300;

const ECHO = defineCase('1.1', 'a message comes back', SECTIONS, () => [
  send(text('hello')),
  echoText('hello'),
  ...closes(),
]);
const MUST_FAIL = defineCase('3.1', 'a reserved bit', SECTIONS, () => [send(text('x', { rsv: 1 })), fails(1002)]);

afterEach(endTestees);

/** A testee that answers a close frame in a way of its own, and does all else right. */
function closing(answer: (socket: Parameters<NonNullable<Script['frame']>>[1]) => void): Script {
  return {
    frame({ opcode }, socket) {
      if (opcode === OPCODE.CLOSE) answer(socket);
      return opcode !== OPCODE.CLOSE;
    },
  };
}

async function verdictOf(one: ConformanceCase, script: Script, timeoutMs?: number): Promise<string> {
  const { behavior, behaviorClose } = await runAgainst(one, script, timeoutMs);
  return `${behavior}, ${behaviorClose}`;
}

describe('a testee in order', () => {
  it('is OK, its close too, and the report has nothing to say', async () => {
    const result = await runAgainst(ECHO, {});
    expect(result).toMatchObject({
      number: '1.1',
      behavior: 'OK',
      behaviorClose: 'OK',
      reason: '',
      expected: '',
      got: '',
    });
    expect(result).toMatchObject({ testeeCode: 1000, suiteCode: 1000, endedBy: 'testee', conversations: 1 });
    const wire = [...result.wire.first.map(({ from, kind }) => `${from} ${kind}`)];
    expect(wire).toEqual([
      'suite head',
      'testee head',
      'suite frame',
      'testee frame',
      'suite frame',
      'testee frame',
      'testee end',
    ]);
  });

  it('may close without a code', async () => {
    const script = closing((socket) => socket.end(unmasked(close())));
    expect(await runAgainst(ECHO, script)).toMatchObject({ behaviorClose: 'OK', testeeCode: null });
  });

  it('may send pings, which the suite answers', async () => {
    const script: Script = {
      frame({ opcode, payload }, socket) {
        if (opcode === OPCODE.PONG) socket.write(unmasked(text(payload)));
        else if (opcode === OPCODE.TEXT) socket.write(unmasked(ping(payload)));
        return opcode !== OPCODE.PONG && opcode !== OPCODE.TEXT;
      },
    };
    expect(await verdictOf(ECHO, script)).toBe('OK, OK');
  });

  it('fails a connection with a close frame or by the end of TCP alone', async () => {
    const withFrame: Script = { frame: (_, socket) => void socket.end(unmasked(close(1002))) };
    expect(await verdictOf(MUST_FAIL, withFrame)).toBe('OK, OK');
    expect(await verdictOf(MUST_FAIL, { frame: (_, socket) => void socket.resetAndDestroy() })).toBe('OK, OK');
  });
});

describe('a testee that differs', () => {
  it('in what it sends back is FAILED, with what was expected and what came', async () => {
    const other: Script = { frame: (_, socket) => void socket.write(unmasked(text('jello'))) };
    expect(await runAgainst(ECHO, other)).toMatchObject({
      behavior: 'FAILED',
      reason: 'the payload differs from byte 0 on',
      expected: 'a text message of 5 bytes, "hello"',
      got: 'a text message of 5 bytes, "jello"',
    });
    const otherType: Script = { frame: (_, socket) => void socket.write(unmasked(binary('hello'))) };
    expect(await runAgainst(ECHO, otherType)).toMatchObject({
      behavior: 'FAILED',
      reason: 'a message of another type came',
    });
  });

  it('in its close code is told so', async () => {
    const script = closing((socket) => socket.end(unmasked(close(1001, 'away'))));
    const result = await runAgainst(ECHO, script);
    expect(result).toMatchObject({
      behavior: 'OK',
      behaviorClose: 'WRONG CODE',
      testeeCode: 1001,
      testeeReason: 'away',
    });
    expect(result.got).toBe('a close frame with code 1001 and the reason "away"');
  });

  it('in that it ends TCP without a close frame is UNCLEAN', async () => {
    expect(
      await verdictOf(
        ECHO,
        closing((socket) => socket.end()),
      ),
    ).toBe('OK, UNCLEAN');
    expect(
      await verdictOf(
        ECHO,
        closing(() => undefined),
        SHORT_MS,
      ),
    ).toBe('OK, UNCLEAN');
  });

  it('in that it leaves it to the client to end TCP is FAILED BY CLIENT', async () => {
    const script = closing((socket) => socket.write(unmasked(close(1000))));
    expect(await verdictOf(ECHO, script, SHORT_MS)).toBe('OK, FAILED BY CLIENT');
  });

  it('in that it goes on where it must fail the connection is FAILED, and answers a ping to show it', async () => {
    const deaf: Script = { frame: () => undefined };
    expect(await runAgainst(MUST_FAIL, deaf, SHORT_MS)).toMatchObject({
      behavior: 'FAILED',
      behaviorClose: 'FAILED',
      reason: 'the testee does not fail the connection',
    });
    const lenient: Script = { frame: ({ opcode }) => opcode === OPCODE.PING };
    expect(await runAgainst(MUST_FAIL, lenient, 20_000)).toMatchObject({
      behavior: 'FAILED',
      got: 'a pong of 11 bytes, 73 74 69 6c 6c 20 6f 70 65 6e 3f',
    });
  });
});

describe('a testee that does less than it could', () => {
  it('is NON-STRICT where it gives up an echo that it owed', async () => {
    const one = defineCase('3.2', 'a message, then a mistake', SECTIONS, () => [
      send(text('hello'), text('x', { rsv: 1 })),
      echoText('hello', { otherwise: 'NON-STRICT' }),
      fails(1002),
    ]);
    expect(await verdictOf(one, { frame: (_, socket) => void socket.end(unmasked(close(1002))) })).toBe(
      'NON-STRICT, OK',
    );
  });

  it('is NON-STRICT where it fails the connection later than it could', async () => {
    const one = defineCase('6.4', 'a mistake in the middle', SECTIONS, () => [
      send(text('\xff', { fin: false })),
      failsAtOnce(SHORT_MS, 1007),
      send(continuation('the end')),
      fails(1007),
    ]);
    const late: Script = {
      frame: ({ opcode }, socket) => void (opcode === OPCODE.CONTINUATION && socket.end(unmasked(close(1007)))),
    };
    const early: Script = { frame: (_, socket) => void socket.end(unmasked(close(1007))) };
    expect(await verdictOf(one, late)).toBe('NON-STRICT, OK');
    expect(await verdictOf(one, early)).toBe('OK, OK');
  });

  it('is NON-STRICT where it answers only the last of several pings, and FAILED where it answers only the first', async () => {
    const one = defineCase('2.10', 'pings', SECTIONS, () => [
      send(ping('a'), ping('b')),
      answerPongs('a', 'b'),
      ...closes(),
    ]);
    const only = (letter: string): Script => ({
      frame: ({ opcode, payload }) => opcode !== OPCODE.PING || Buffer.from(payload).toString() === letter,
    });
    expect(await verdictOf(one, only('b'))).toBe('NON-STRICT, OK');
    expect(await verdictOf(one, only('a'), SHORT_MS)).toMatch(/^FAILED/);
  });

  it('is UNIMPLEMENTED where it declines the extension that the case is about', async () => {
    const one = defineCase('12.1', 'compressed', SECTIONS, () => [...closes()], { opening: { deflate: [{}] } });
    expect(await verdictOf(one, {})).toBe('UNIMPLEMENTED, UNIMPLEMENTED');
  });

  it('is INFORMATIONAL where everything is permitted', async () => {
    const one = defineCase('7.13', 'open', SECTIONS, () => [send(close(5000)), fails()], { informational: true });
    expect(await verdictOf(one, { frame: (_, socket) => void socket.write('garbage') })).toBe(
      'INFORMATIONAL, INFORMATIONAL',
    );
  });
});

describe('a case of several conversations', () => {
  it('has the verdict of the worst, and ends at the first that fails', async () => {
    const says = (word: string) =>
      conversation(() => [send(text(word)), echoText('hello'), ...closes()], { name: `says ${word}` });
    const one = defineCases('S.1', 'several', SECTIONS, [says('hello'), says('jello'), says('hello')]);
    expect(await runAgainst(one, {})).toMatchObject({
      behavior: 'FAILED',
      conversation: 'says jello',
      conversations: 2,
    });
    const good = defineCases('S.2', 'several', SECTIONS, [says('hello'), says('hello')]);
    expect(await runAgainst(good, {})).toMatchObject({ behavior: 'OK', conversations: 2 });
  });
});

describe('a step of its own kind', () => {
  it('reads, writes, lowers the verdict and fails', async () => {
    const one = defineCase('F.1', 'something else', SECTIONS, () => [
      custom('two frames', async (talk) => {
        await talk.send(text('one'));
        const first = await talk.next();
        if (first?.kind === 'message') talk.note('NON-STRICT', 'one will do');
        await talk.write(hex('89 80 00 00 00 00'));
        const second = await talk.next();
        if (second?.kind === 'pong') talk.fail('two are too many', 'a pong');
      }),
    ]);
    expect(await runAgainst(one, {})).toMatchObject({ behavior: 'FAILED', expected: 'two frames', got: 'a pong' });
    const without: Script = { frame: ({ opcode }) => opcode === OPCODE.TEXT };
    expect(await runAgainst(one, without, SHORT_MS)).toMatchObject({ behavior: 'NON-STRICT', reason: 'one will do' });
  });
});

describe('a silence', () => {
  it('is broken by whatever comes, but for the end', async () => {
    const one = defineCase('5.19', 'silence', SECTIONS, () => [send(text('a')), pause(SHORT_MS), fails()]);
    expect(await verdictOf(one, { frame: (_, socket) => void socket.write(unmasked(pong())) })).toMatch(/^FAILED/);
    expect(await verdictOf(one, { frame: (_, socket) => void socket.end() })).toBe('OK, OK');
  });
});

describe('a client', () => {
  const masked = (opcode: number, payload: Uint8Array): Uint8Array =>
    Buffer.concat([Uint8Array.of(0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0), payload]);

  it('is tested by the same cases', async () => {
    const result = await converseWithClient(
      ECHO,
      ({ opcode, payload }, socket) => void socket.write(masked(opcode, payload)),
    );
    expect(result).toMatchObject({ behavior: 'OK', behaviorClose: 'OK', testeeCode: 1000, endedBy: 'suite' });
  });

  it('must mask its frames (RFC 6455 §5.1)', async () => {
    const result = await converseWithClient(ECHO, ({ payload }, socket) => void socket.write(unmasked(text(payload))));
    expect(result).toMatchObject({
      behavior: 'FAILED',
      section: 'RFC 6455 §5.1',
      got: 'a frame of the client is not masked',
    });
  });
});
