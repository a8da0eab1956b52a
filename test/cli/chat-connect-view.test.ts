import { describe, expect, it } from 'vitest';
import type { ClientEvent, LogMessage } from '../../src/chat/index.ts';
import { ChatView } from '../../src/cli/chat-connect-view.ts';
import { Screen } from '../../src/cli/screen.ts';

const timestamp = '2025-01-31T12:00:00.000Z';
const place = { room: 'den', epoch: 'e1', seq: 7, timestamp } as const;
const message: LogMessage = { type: 'message', ...place, user: 'a-1', username: 'ann', message: 'hi' };

/** What is printed of some events: standard output and standard error. */
function shown(events: readonly ClientEvent[], { isTTY = false, ndjson = false, environment = {} } = {}) {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const output = (lines: string[]) => ({ isTTY, write: (text: string | Uint8Array) => void lines.push(String(text)) });
  const screen = new Screen({ stdout: output(stdout), stderr: output(stderr) }, environment, 'ws101 chat');
  const view = new ChatView(screen, ndjson);
  for (const event of events) view.show(event);
  return { stdout: stdout.join(''), stderr: stderr.join('') };
}

const moderation = (fields: object): ClientEvent => ({
  kind: 'entry',
  own: false,
  message: { type: 'moderation', ...place, by: 'ann', ...fields } as LogMessage,
});

describe('what a terminal client shows', () => {
  it('says what was missed, and prints what is kept of it', () => {
    const { stdout, stderr } = shown([
      { kind: 'missed', room: 'den', latest: [message] },
      { kind: 'missed', room: 'den', from: 8, to: 10, latest: [] },
      { kind: 'missed', room: undefined, latest: [] },
    ]);
    expect(stdout).toBe('#den 2025-01-31 12:00 <ann> hi\n');
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      'ws101 chat: missed a part of #den; this is what is kept',
      'ws101 chat: missed 3 of what was said of #den; /history shows what is kept',
      'ws101 chat: missed a part of direct messages; /inbox shows what is kept',
    ]);
  });

  it('says what moderators do, whom it meets, for how long and why', () => {
    const { stdout } = shown([
      moderation({ action: 'ban', username: 'bob', forMs: 60_000, reason: 'noise' }),
      moderation({ action: 'promote', username: 'cleo' }),
      moderation({ action: 'slow', everyMs: 5_000 }),
      moderation({ action: 'slow', everyMs: 0 }),
      moderation({ action: 'private', on: true }),
      { kind: 'entry', own: false, message: { type: 'redact', ...place, target: 3, user: 'a-1' } },
    ]);
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      '#den * ann banned bob for 60 s: noise',
      '#den * ann made a moderator of cleo',
      '#den * ann asks for 5 s between messages',
      '#den * ann ended slow mode',
      '#den * ann made the room private',
      '#den * a message was taken back',
    ]);
  });

  it('says with a refusal what was not said, and what to do', () => {
    const request = { type: 'message', room: 'den', message: 'first!\u001b[2J' } as const;
    const remedy = 'You may read here, but not write.';
    const { stdout, stderr } = shown([{ kind: 'refused', request, room: 'den', code: 'muted', remedy }]);
    expect(stdout).toBe('');
    expect(stderr).toBe('ws101 chat: #den not said "first!\\x1b[2J": You may read here, but not write.\n');
  });

  it('keeps quiet about acknowledgements and typing, and about itself where nobody looks', () => {
    const quiet: ClientEvent[] = [
      { kind: 'done', request: { type: 'message', room: 'den', message: 'hi' } },
      { kind: 'told', message: { type: 'typing', room: 'den', user: 'a-2', username: 'bob', on: true } },
      { kind: 'welcome', user: 'a-1', username: 'ann', resumed: false, inbox: 0, state: 'up' },
      {
        kind: 'told',
        message: { type: 'presence', room: 'den', count: 1, joined: [{ user: 'a-1', username: 'ann' }] },
      },
    ];
    expect(shown(quiet)).toEqual({ stdout: '', stderr: '' });
    expect(shown(quiet, { isTTY: true, environment: { NO_COLOR: '1' } })).toEqual({
      stdout: '',
      stderr: 'you are ann\n',
    });
  });

  it('does not print what was typed on the same screen, and does in a pipe', () => {
    const own: ClientEvent = { kind: 'entry', own: true, message };
    expect(shown([own], { isTTY: true }).stdout).toBe('');
    expect(shown([own]).stdout).toBe('#den <ann> hi\n');
  });

  it('colours on a screen, but not what others wrote, and nothing with NO_COLOR', () => {
    const theirs: ClientEvent = { kind: 'entry', own: false, message: { ...message, message: '\u001b[31mred' } };
    expect(shown([theirs], { isTTY: true }).stdout).toBe(
      '\u001b[2m#den\u001b[22m <ann> \u001b[33m\\x1b\u001b[39m[31mred\n',
    );
    expect(shown([theirs], { isTTY: true, environment: { NO_COLOR: '1' } }).stdout).toBe('#den <ann> \\x1b[31mred\n');
  });

  it('prints JSON for programs, with the words of the protocol, safe for a terminal too', () => {
    const theirs: ClientEvent = { kind: 'entry', own: false, message: { ...message, message: '\u202e\u001b' } };
    const { stdout } = shown([theirs, { kind: 'resumed', room: 'den' }], { ndjson: true });
    expect(stdout).not.toMatch(/\u202e/);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      { event: 'message', ...place, user: 'a-1', username: 'ann', message: '\u202e\u001b', own: false },
      { event: 'resumed', room: 'den' },
    ]);
  });
});
