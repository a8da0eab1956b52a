import type { CHAT_CONNECT_OPTIONS } from './chat-connect-options.ts';
import { chatPlan } from './chat-connect-plan.ts';
import { ChatTalk } from './chat-connect-session.ts';
import { ChatView } from './chat-connect-view.ts';
import type { Terminal } from './command.ts';
import { interruption } from './interrupt.ts';
import { type InputStream, openInput } from './line-input.ts';
import type { ValuesOf } from './options.ts';
import { Screen } from './screen.ts';

// A text has at most 4 KiB; a longer line is refused with a reason before it is longer than this.
const MOST_LINE_BYTES = 64 * 1024;
/** How much of a room is shown at first where somebody looks. */
const HISTORY = 20;

/** Where the client reads, what it knows of the terminal, and its dice for pauses. */
export interface ChatSurroundings {
  readonly stdin: InputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly random: () => number;
}

/** `ws101 chat --connect`: takes part in a chat from the terminal. Resolves with the exit code. */
export async function chatConnect(
  connect: string,
  values: ValuesOf<typeof CHAT_CONNECT_OPTIONS>,
  terminal: Terminal,
  { stdin, environment, random }: ChatSurroundings = {
    stdin: process.stdin,
    environment: process.env,
    random: Math.random,
  },
): Promise<number> {
  const plan = chatPlan(connect, values);
  const screen = new Screen(terminal, environment, 'ws101 chat');
  const talk = new ChatTalk(plan, new ChatView(screen, plan.ndjson), screen.isTerminal ? HISTORY : 0, random);
  const { signal, interrupt, stop } = interruption();
  const open = (): ReturnType<typeof openInput> => openInput(stdin, terminal, screen, MOST_LINE_BYTES, interrupt);
  try {
    return await talk.run(open, signal, screen.gone);
  } finally {
    stop();
    stdin.destroy?.();
  }
}
