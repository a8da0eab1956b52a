import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRecording, parseRecording, type RecordedFrame } from '../../../src/bench/engines/recording.ts';

const HEADER = '{"schema":1,"type":"ws101-recording"}';

const frames: fc.Arbitrary<RecordedFrame[]> = fc
  .array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 1000 }),
      from: fc.constantFrom('client' as const, 'server' as const),
      opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
      fin: fc.boolean(),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 50 }),
        fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      ),
    }),
  )
  .map((list) => {
    let atMs = 0;
    return list.map((frame) => {
      atMs += frame.atMs / 8;
      const control = frame.opcode >= 8;
      return {
        ...frame,
        atMs,
        fin: frame.fin || control,
        payload: frame.payload.subarray(0, control ? 125 : undefined),
      };
    });
  });

describe('the format of recordings', () => {
  it('keeps every frame as it was', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const text = formatRecording({ header: { schema: 1, type: 'ws101-recording', url: 'ws://h/p' }, frames: list });
        const { header, frames: read } = parseRecording(text);
        expect(header).toEqual({ schema: 1, type: 'ws101-recording', url: 'ws://h/p' });
        expect(read.map((frame) => ({ ...frame, payload: [...frame.payload] }))).toEqual(
          list.map((frame) => ({ ...frame, payload: [...frame.payload] })),
        );
      }),
    );
  });

  it('is lines that a person can write: text as it is, and fields it does not know', () => {
    const line = '{"at_ms":5,"from":"client","opcode":1,"fin":true,"payload":"hi","note":"greets"}';
    const { frames: read } = parseRecording(`\n${HEADER}\r\n\r\n${line}\n`);
    expect(read).toEqual([{ atMs: 5, from: 'client', opcode: 1, fin: true, payload: Buffer.from('hi') }]);
  });

  it.each([
    ['nothing', '', 'the recording is empty'],
    ['another header', '{"schema":2,"type":"ws101-recording"}', 'line 1: a recording begins with'],
    ['no JSON', `${HEADER}\nat_ms`, 'line 2: this is no JSON'],
    ['no object', `${HEADER}\n7`, 'line 2: this is no object'],
    ['no time', `${HEADER}\n{"from":"client"}`, 'line 2: at_ms'],
    ['no side', `${HEADER}\n{"at_ms":1,"from":"me"}`, 'line 2: from'],
    ['a reserved opcode', `${HEADER}\n{"at_ms":1,"from":"client","opcode":3}`, 'line 2: opcode'],
    ['no fin', `${HEADER}\n{"at_ms":1,"from":"client","opcode":1}`, 'line 2: fin'],
    ['no payload', `${HEADER}\n{"at_ms":1,"from":"client","opcode":1,"fin":true}`, 'line 2: payload'],
    [
      'another encoding',
      `${HEADER}\n{"at_ms":1,"from":"client","opcode":1,"fin":true,"payload":"","encoding":"hex"}`,
      'line 2: encoding',
    ],
    [
      'bad base64',
      `${HEADER}\n{"at_ms":1,"from":"client","opcode":2,"fin":true,"payload":"%","encoding":"base64"}`,
      'line 2: payload is no base64',
    ],
    [
      'a cut control frame',
      `${HEADER}\n{"at_ms":1,"from":"client","opcode":9,"fin":false,"payload":""}`,
      'line 2: a control frame',
    ],
    [
      'time that goes back',
      `${HEADER}\n{"at_ms":2,"from":"client","opcode":1,"fin":true,"payload":""}\n{"at_ms":1,"from":"client","opcode":1,"fin":true,"payload":""}`,
      'line 3: at_ms goes back from 2 to 1',
    ],
  ])('refuses %s and names the line', (_, text, message) => {
    expect(() => parseRecording(text)).toThrow(SyntaxError);
    expect(() => parseRecording(text)).toThrow(message);
  });
});
