// Writes the tables of messages in docs/chat-protocol.md from those of the code. Run: npm run docs:chat-protocol
import { readFileSync, writeFileSync } from 'node:fs';
import { CLIENT_MESSAGES } from '../src/chat/v1/client-messages.ts';
import { kindOf } from '../src/chat/v1/fields.ts';
import { FIELD_KINDS } from '../src/chat/v1/kinds.ts';
import type { MessageSpec } from '../src/chat/v1/messages.ts';
import { SERVER_MESSAGES } from '../src/chat/v1/server-messages.ts';

const PLACES = {
  'client messages': () => table(CLIENT_MESSAGES, 'what it asks for'),
  'server messages': () => table(SERVER_MESSAGES, 'what it means'),
};

/**
 * The page with the tables as the code has them now.
 *
 * @throws Error for a page without a place for one of them
 */
export function fillChatProtocol(page: string): string {
  let filled = page;
  for (const [name, render] of Object.entries(PLACES)) {
    const place = new RegExp(`<!-- ${name} -->\\n[\\s\\S]*?<!-- end of ${name} -->`);
    if (!place.test(filled)) throw new Error(`the page has no place for the ${name}`);
    filled = filled.replace(place, () => `<!-- ${name} -->\n${render()}\n<!-- end of ${name} -->`);
  }
  return filled;
}

function table(messages: Readonly<Record<string, MessageSpec>>, third: string): string {
  const rows = Object.entries(messages).map(([type, { fields, about }]) => {
    const cells = Object.entries(fields).map(([name, spec]) => field(name, spec));
    return `| \`${type}\` | ${cells.join(', ') || '–'} | ${about} |`;
  });
  return [`| \`type\` | fields | ${third} |`, '|---|---|---|', ...rows].join('\n');
}

function field(name: string, spec: MessageSpec['fields'][string]): string {
  const { kind, optional } = kindOf(spec);
  const { words } = FIELD_KINDS[kind];
  const shown = optional ? `\`${name}\`` : `**\`${name}\`**`;
  return words === '' ? shown : `${shown} (${words})`;
}

if (import.meta.filename === process.argv[1]) {
  const path = new URL('../docs/chat-protocol.md', import.meta.url);
  writeFileSync(path, fillChatProtocol(readFileSync(path, 'utf8')));
}
