import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { toNdjson } from '../../src/inspector/ndjson.ts';
import { toPcapng } from '../../src/inspector/pcapng.ts';
import { toTestCase } from '../../src/inspector/test-case.ts';
import { answer, down, REQUEST, Talk, up } from './talk.ts';

const STARTED = Date.parse('2026-01-02T03:04:05.000Z');

function conversation() {
  const talk = new Talk();
  talk.conversation.open('127.0.0.1:5000', 0);
  talk.say(['client', up(1, 'Hello')], ['server', down(1, 'it\'s "me"')], ['server', down(9, 'x')]);
  talk.say(['client', up(2, new Uint8Array(70_000).fill(7))], ['client', up(3, 'odd')]);
  talk.say(['server', down(8, Uint8Array.of(3, 234))]);
  talk.conversation.end('ended by the server', false, 20);
  return { entries: talk.entries, target: 'ws://localhost:9000/chat', startedAt: STARTED };
}

describe('the export as NDJSON', () => {
  test('is a header, and a line for each entry, with the text of text frames', () => {
    const lines = toNdjson(conversation())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toEqual({
      schema: 1,
      type: 'ws101-frames',
      target: 'ws://localhost:9000/chat',
      started_at: '2026-01-02T03:04:05.000Z',
    });
    const frames = lines.filter(({ kind }) => kind === 'frame');
    expect(frames.map(({ from, opcode, text, size }) => [from, opcode, text, size])).toEqual([
      ['client', 1, 'Hello', 11],
      ['server', 1, 'it\'s "me"', 11],
      ['server', 9, undefined, 3],
      ['client', 2, undefined, 70_014],
      ['client', 3, undefined, 9],
      ['server', 8, undefined, 4],
    ]);
    expect(Buffer.from(String(frames[0]!.wire), 'base64')).toEqual(Buffer.from(up(1, 'Hello')));
    expect(frames[4]!.violation).toMatchObject({ code: 'reserved-opcode', section: 'RFC 6455 §5.2' });
  });
});

/** The packets of a capture, checked block by block. */
function packetsOf(capture: Uint8Array) {
  const bytes = Buffer.from(capture);
  const packets: { atMs: number; length: number; packet: Buffer }[] = [];
  let blocks = 0;
  for (let at = 0; at < bytes.length; blocks++) {
    const [type, size] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    expect(size % 4).toBe(0);
    expect(bytes.readUInt32LE(at + size - 4)).toBe(size);
    if (blocks === 0) expect([type, bytes.readUInt32LE(at + 8)]).toEqual([0x0a0d0d0a, 0x1a2b3c4d]);
    else if (blocks === 1) expect([type, bytes.readUInt16LE(at + 8)]).toEqual([1, 228]);
    else {
      expect(type).toBe(6);
      const micros = bytes.readUInt32LE(at + 12) * 2 ** 32 + bytes.readUInt32LE(at + 16);
      const captured = bytes.readUInt32LE(at + 20);
      packets.push({
        atMs: micros / 1000,
        length: bytes.readUInt32LE(at + 24),
        packet: bytes.subarray(at + 28, at + 28 + captured),
      });
    }
    at += size;
  }
  return packets;
}

describe('the export as pcapng', () => {
  const capture = toPcapng(conversation());
  const packets = packetsOf(capture);

  test('is IPv4 and TCP with right lengths and checksums, at the times of the frames', () => {
    expect(packets[0]!.atMs).toBeGreaterThanOrEqual(STARTED);
    for (const { packet, length } of packets) {
      expect(packet.readUInt8(0)).toBe(0x45);
      expect(packet.readUInt16BE(2)).toBe(length);
      expect(sumOf(packet.subarray(0, 20))).toBe(0xffff);
      if (packet.length < length) continue;
      const pseudo = Buffer.concat([packet.subarray(12, 20), Buffer.of(0, 6, (length - 20) >> 8, length - 20)]);
      const padding = Buffer.alloc(packet.length & 1);
      expect(sumOf(Buffer.concat([pseudo, packet.subarray(20), padding]))).toBe(0xffff);
    }
  });

  test('has the bytes of each direction at their sequence numbers, and gaps only where they were not kept', () => {
    const streams = { client: Buffer.alloc(80_000), server: Buffer.alloc(1000) };
    const ends = { client: 0, server: 0 };
    for (const { packet, length } of packets) {
      const from = packet.readUInt8(15) === 1 ? 'client' : 'server';
      const data = packet.subarray(40);
      const offset = packet.readUInt32BE(24) - 1;
      if (length === 40) continue;
      expect(offset).toBe(ends[from]);
      data.copy(streams[from], offset);
      ends[from] = offset + length - 40;
    }
    const fromServer = Buffer.concat([
      Buffer.from(answer()),
      down(1, 'it\'s "me"'),
      down(9, 'x'),
      down(8, Uint8Array.of(3, 234)),
    ]);
    expect(streams.server.subarray(0, ends.server)).toEqual(fromServer);
    const long = up(2, new Uint8Array(70_000).fill(7));
    const before = Buffer.concat([Buffer.from(REQUEST), up(1, 'Hello')]);
    expect(streams.client.subarray(0, before.length)).toEqual(before);
    expect(ends.client).toBe(before.length + long.length + 9);
    expect(streams.client.subarray(ends.client - 9, ends.client)).toEqual(Buffer.from(up(3, 'odd')));
  });

  // Where nobody watches, what is missing is a failure rather than a reason to skip.
  const runs = process.env.CI !== undefined || hasTshark();
  test.runIf(runs)(`is a WebSocket to Wireshark${runs ? '' : ' (skipped: no tshark here)'}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'inspector-'));
    try {
      const file = join(folder, 'a.pcapng');
      writeFileSync(file, toPcapng({ ...conversation(), target: 'ws://localhost/' }));
      const told = execFileSync('tshark', ['-r', file, '-Y', 'websocket', '-T', 'fields', '-e', 'websocket.opcode']);
      expect(told.toString().split(/\s+/)).toEqual(expect.arrayContaining(['1', '9', '8']));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function hasTshark(): boolean {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The ones' complement sum, which is all ones with a right checksum among the bytes. */
function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

describe('the export as a test case', () => {
  test('is TypeScript that sends what the client sent and expects what the server sent', () => {
    const text = toTestCase(conversation());
    expect(() => parseAst(text, { lang: 'ts' })).not.toThrow();
    expect(text).toContain("connect({ host: 'localhost', port: 9000 })");
    expect(text).toContain("'GET /chat HTTP/1.1\\r\\n',");
    expect(text).toContain('client.send(hex(\'818537fa213d7f9f4d5158\')); // text, 5 bytes "Hello"');
    expect(text).toContain("await client.expectFrame(1, 'it\\'s \"me\"'); // text");
    expect(text).toContain('// a frame of 70014 bytes to the server was not kept whole');
    expect(text).toContain('// reserved data (3), 3 bytes, breaks RFC 6455 §5.2: reserved-opcode');
    expect(text).toContain('await client.expectClose(1002);');
  });

  test('asks what the target was asked, and hides no character', () => {
    const talk = new Talk();
    talk.say(['server', down(1, 'grüße \u202e')]);
    const text = toTestCase({ entries: talk.entries, target: 'wss://b.test/deep?q', startedAt: STARTED });
    expect(text).toContain("'Host: b.test\\r\\n'");
    expect(text).toContain("connect } from 'node:tls'");
    const root = new Talk('', answer(), REQUEST.replace('/chat', '/'));
    const asked = toTestCase({ entries: root.entries, target: 'wss://b.test/deep?q', startedAt: STARTED });
    expect(asked).toContain("'GET /deep?q HTTP/1.1\\r\\n'");
    expect(text).toContain("hex('6772c3bcc39f6520e280ae')");
  });

  test('says so when nothing has passed', () => {
    expect(toTestCase({ entries: [], target: '', startedAt: 0 })).toMatch(/^\/\/ Nothing/);
  });
});
