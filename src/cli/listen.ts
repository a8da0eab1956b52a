import { type Command, defineCommand, type Terminal } from './command.ts';
import type { ConnectSurroundings } from './connect.ts';
import { Conversation } from './conversation.ts';
import { EXIT_NOTES } from './exit-code.ts';
import { interruption } from './interrupt.ts';
import { openInput } from './line-input.ts';
import { LISTEN_OPTIONS, type ListenPlan, readListenPlan } from './listen-options.ts';
import { ListenSession } from './listen-session.ts';
import { Screen } from './screen.ts';
import { authorityOf, listenAt } from './serve.ts';
import { explained } from './usage-error.ts';

const NOTES: readonly string[] = [
  'Lines go to every client; "@2 hello" goes to the second one alone, "@all @2" to all as it is.',
  '',
  'With --once:',
];

/** `ws101 listen`: a server to be played by hand. */
export const listen: Command = defineListen({ stdin: process.stdin, environment: process.env });

/** The command with another standard input and environment. */
export function defineListen(surroundings: ConnectSurroundings): Command {
  return defineCommand({
    name: 'listen',
    summary: 'a server by hand: prints what clients send, and sends them lines',
    options: LISTEN_OPTIONS,
    notes: [...NOTES, ...EXIT_NOTES],
    run: (values, terminal) => serveByHand(readListenPlan(values), terminal, surroundings),
  });
}

async function serveByHand(plan: ListenPlan, terminal: Terminal, surroundings: ConnectSurroundings): Promise<number> {
  const screen = new Screen(terminal, surroundings.environment, 'ws101 listen');
  const session = explained(() => new ListenSession(plan, screen));
  const { signal, interrupt, stop } = interruption();
  try {
    const { port } = await listenAt(session.server, plan.where);
    const url = `${plan.where.tls === undefined ? 'ws' : 'wss'}://${authorityOf(plan.where.host, port)}/`;
    if (plan.form.ndjson) new Conversation(screen, plan.form).tell({ event: 'listening', url }, '', false);
    else void screen.print(`listening on ${url}\n`);
    const input = openInput(surroundings.stdin, terminal, screen, plan.maxBytes, interrupt);
    return await session.run(input, signal);
  } finally {
    stop();
    surroundings.stdin.destroy?.();
  }
}
