import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/node/index.ts';
import { leaveNothingBehind, startEcho } from '../node/running-server.ts';
import { endAll, runHere, start } from './command-line.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ws101-live-'));
  writeFileSync(join(folder, 'wrong.ndjson'), 'hello\n');
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(endAll);
leaveNothingBehind();

describe('ws101 inspect, live', () => {
  const mistakes: [line: string, sentence: RegExp][] = [
    ['--target ws://a/ --replay b', /--target and --replay do not go together/],
    ['--target ws://a/ --offline', /--target and --offline do not go together/],
    ['--replay a --offline', /--replay and --offline do not go together/],
    ['--target ws://a/ 8100', /"8100" is for bytes, not for --target/],
    ['--offline --json', /--json is for bytes, not for --offline/],
    ['--target ws://a/ --role client', /--role is for bytes/],
    ['--record a.ndjson', /--record is for the live inspector; give --target URL, too/],
    ['--port 8081 8100', /--port is for the live inspector/],
    ['--host a 8100', /--host is for the live inspector/],
    ['--insecure 8100', /--insecure is for the live inspector/],
    ['--replay a --record b', /--record needs --target/],
    ['--offline --insecure', /--insecure needs --target/],
    ['--target ftp://a/', /--target "ftp:\/\/a\/": the URL must start with ws:/],
    ['--target nonsense', /--target "nonsense": the URL is not valid/],
    ['--target ws://localhost:8081/', /the target is the inspector itself; choose another --port than 8081/],
    ['--target ws://127.0.0.1:9000/ --host 0.0.0.0 --port 9000', /the target is the inspector itself/],
    ['--replay FOLDER/none.ndjson', /--replay ".*none\.ndjson": there is no such file/],
    ['--replay FOLDER', /--replay ".*": it is a directory/],
    ['--replay FOLDER/wrong.ndjson', /--replay ".*": line 1: this is no JSON/],
    ['--target ws://a/ --record FOLDER/none/a', /--record ".*": there is no such file/],
    ['--target', /--target needs a value/],
  ];

  it.each(mistakes)('refuses %s in one line', async (line, sentence) => {
    const { code, stdout, stderr } = await runHere('inspect', ...line.replaceAll('FOLDER', folder).split(' '));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('shows its examples in --help', async () => {
    const { stdout } = await runHere('inspect', '--help');
    for (const option of ['target', 'port', 'host', 'record', 'replay', 'offline', 'insecure'])
      expect(stdout).toMatch(new RegExp(`^ {2}--${option}`, 'm'));
    expect(stdout).toContain('ws101 inspect --target ws://localhost:8080/ws\n');
  });

  it('relays, records, and ends in order at Ctrl-C', async () => {
    const server = await startEcho();
    const record = join(folder, 'talk.ndjson');
    const target = `ws://localhost:${server.port}/`;
    const live = start('inspect', '--target', target, '--port', '0', '--record', record);
    const port = await live.port;
    expect(await live.firstLine).toBe(
      `inspector at http://localhost:${port}/ shows what passes between ws://localhost:${port}/ and ${target}`,
    );
    const connection = await connect(`ws://127.0.0.1:${port}/`);
    connection.send('Hello');
    expect(await connection.receive()).toBe('Hello');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    live.child.kill('SIGINT');
    expect(await live.ended).toMatchObject({ code: 0, stderr: '' });
    await connection.closed;
    const events = readFileSync(record, 'utf8').trimEnd().split('\n');
    expect(events.slice(1).map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(
      expect.arrayContaining(['open', 'bytes', 'end']),
    );
  });

  it('says in one line that its port is taken', async () => {
    const server = await startEcho();
    const { code, stderr } = await runHere('inspect', '--offline', '--port', String(server.port));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^ws101 inspect: port \d+ is in use; .*\n$/)]);
  });
});
