import { describe, expect, it } from 'vitest';
import { NOTHING, utf8 } from '../../src/conformance/bytes.ts';
import { binary, frameBytes, text } from '../../src/conformance/frame.ts';
import { annotate } from '../../src/conformance/index.ts';
import { WireRecorder } from '../../src/conformance/wire-log.ts';

const KEY = Uint8Array.of(1, 2, 3, 4);

describe('the wire log of a case', () => {
  it('keeps the beginning and the end, and of each entry its first bytes, however much there was', () => {
    const wire = new WireRecorder();
    for (let i = 0; i < 1_000; i++) wire.add('testee', 'bytes', Uint8Array.of(i >> 8, i & 0xff));
    wire.add('suite', 'bytes', new Uint8Array(100_000));
    const { first, skipped, last } = wire.log;
    expect([first.length, skipped, last.length]).toEqual([40, 937, 24]);
    expect(first.at(0)?.bytes).toEqual(Uint8Array.of(0, 0));
    expect(last.at(-2)?.bytes).toEqual(Uint8Array.of(3, 231));
    expect(last.at(-1)).toMatchObject({ from: 'suite', length: 100_000 });
    expect(last.at(-1)?.bytes).toHaveLength(1_024);
  });

  it('keeps bytes of its own, which no later change reaches', () => {
    const wire = new WireRecorder();
    const bytes = Uint8Array.of(1);
    wire.add('suite', 'bytes', bytes);
    bytes[0] = 2;
    expect(wire.log.first[0]?.bytes).toEqual(Uint8Array.of(1));
  });
});

describe('a wire log for people', () => {
  it('has heads and frames explained for the end that received them, and goes on behind a broken rule', () => {
    const wire = new WireRecorder();
    wire.add('suite', 'head', utf8('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    wire.add('suite', 'frame', frameBytes(text('x', { rsv: 2 }), true, KEY));
    wire.add('suite', 'frame', frameBytes(binary(new Uint8Array(5_000)), true, KEY));
    wire.add('testee', 'frame', frameBytes(text('y'), false, NOTHING));
    wire.add('testee', 'end', NOTHING, 0, 'TCP was ended');
    const entries = annotate(wire.log, { testee: 'server', deflate: false });
    const told = entries.map((one) => ('skipped' in one ? [] : one.parts.map(({ title }) => title)));
    expect(told).toEqual([
      ['HTTP request'],
      ['text, 1 byte, masked'],
      ['binary, 5000 bytes, masked'],
      ['text, 1 byte, not masked'],
      [],
    ]);
    const long = entries[2];
    expect(long !== undefined && 'parts' in long && long.parts[0]?.missing).toBeUndefined();
  });

  it('says how many entries are not there', () => {
    const wire = new WireRecorder();
    for (let i = 0; i < 100; i++) wire.add('testee', 'frame', frameBytes(text('y'), false, NOTHING));
    const entries = annotate(wire.log, { testee: 'server', deflate: false });
    expect(entries.filter((one) => 'skipped' in one)).toEqual([{ skipped: 36 }]);
  });

  it('leaves bytes that are no frames as they are', () => {
    const wire = new WireRecorder();
    wire.add('testee', 'bytes', utf8('SSH-2.0-OpenSSH'));
    const [entry] = annotate(wire.log, { testee: 'server', deflate: false });
    expect(entry !== undefined && 'entry' in entry && entry.entry.length).toBe(15);
  });
});
