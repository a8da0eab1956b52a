import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fillChatProtocol } from '../../scripts/chat-protocol-page.ts';
import { CHAT_ERRORS } from '../../src/chat/errors.ts';
import { CHAT_LIMITS } from '../../src/chat/limits.ts';
import { ANNOUNCEMENT_LIMITS, ROOM_LIMITS } from '../../src/rooms/index.ts';

const page = readFileSync(new URL('../../docs/chat-protocol.md', import.meta.url), 'utf8');
const section = (title: string) => page.split(/^## /m).find((part) => part.startsWith(title)) ?? '';
const words = (count: number) => count.toLocaleString('en');

describe('the page about the chat protocol', () => {
  test('has the tables of messages that the code has; if not, run npm run docs:chat-protocol', () => {
    expect(fillChatProtocol(page)).toBe(page);
  });

  test('lists exactly the error codes that exist', () => {
    const rows = [...section('Errors').matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, first]) => first);
    expect(rows.filter((first) => first !== 'code').sort()).toEqual(Object.keys(CHAT_ERRORS).sort());
  });

  test('names the limits that hold', () => {
    expect(page).toContain(`${CHAT_LIMITS.textBytes / 1024} KiB of UTF-8`);
    expect(page).toContain(`${CHAT_LIMITS.maxMessageBytes / 1024} KiB; above it the connection closes with 1009`);
    expect(page).toContain(`When ${CHAT_LIMITS.sendQueueBytes / 1024 ** 2} MiB waits for it`);
    expect(page).toContain(`Fifty refusals within ${CHAT_LIMITS.refusalSpanMs / 1000} seconds`);
    expect(CHAT_LIMITS.refusals).toBe(50);
    expect(page).toContain(`1 to ${CHAT_LIMITS.nameCodePoints} code points`);
    expect(page).toContain(`nests more than ${CHAT_LIMITS.jsonDepth} levels`);
    expect(page).toContain(`at most ${CHAT_LIMITS.announcedNames} of them`);
    expect(page).toContain(`more than ${ANNOUNCEMENT_LIMITS.immediateMembers} people`);
    expect(page).toContain(`at most every ${ANNOUNCEMENT_LIMITS.intervalMs} ms`);
    expect(page).toContain(`You are in ${ROOM_LIMITS.roomsPerMember} rooms`);
    expect(page).toContain(`${words(ROOM_LIMITS.membersPerRoom)} members`);
    expect(page).toContain(`${words(ROOM_LIMITS.rooms)} rooms exist`);
  });
});
