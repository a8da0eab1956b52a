import { type Command, defineCommand, type Terminal } from './command.ts';
import { dial, HandshakeWatch } from './connect-dial.ts';
import { explainConnectError } from './connect-error.ts';
import { CONNECT_OPTIONS } from './connect-options.ts';
import { type ConnectPlan, readPlan } from './connect-plan.ts';
import { ConnectSession } from './connect-session.ts';
import { Conversation } from './conversation.ts';
import { EXIT, EXIT_NOTES } from './exit-code.ts';
import { interruption } from './interrupt.ts';
import { type InputStream, openInput } from './line-input.ts';
import { Screen } from './screen.ts';
import { UsageError } from './usage-error.ts';
import { visible } from './visible.ts';

/** Where the command reads, and what it knows of the terminal. */
export interface ConnectSurroundings {
  readonly stdin: InputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** `ws101 connect`: a client for the terminal and for scripts. */
export const connect: Command = defineConnect({ stdin: process.stdin, environment: process.env });

/** The command with another standard input and environment. */
export function defineConnect(surroundings: ConnectSurroundings): Command {
  return defineCommand({
    name: 'connect',
    summary: 'a client: lines become messages, and messages lines',
    options: CONNECT_OPTIONS,
    operands: { placeholder: '<URL>', example: 'ws://localhost:8080/ws' },
    notes: EXIT_NOTES,
    run: (values, terminal, operands) => converse(readPlan(values, operands), terminal, surroundings),
  });
}

async function converse(
  plan: ConnectPlan,
  terminal: Terminal,
  { stdin, environment }: ConnectSurroundings,
): Promise<number> {
  const screen = new Screen(terminal, environment, 'ws101 connect');
  const conversation = new Conversation(screen, plan.form);
  const watch = new HandshakeWatch();
  const session = new ConnectSession(plan, conversation, watch);
  const { signal, interrupt, stop } = interruption();
  const explain = (error: unknown): number => {
    session.showHandshake();
    const { sentence, code } = explainConnectError(error, { url: plan.url, received: watch.received });
    conversation.tell({ event: 'error', message: sentence }, '', false);
    screen.note(visible(sentence), 'red');
    return code;
  };
  try {
    const connection = await dial(plan, session.handlers, watch, signal).catch((error: unknown) => {
      if (error instanceof UsageError) throw error;
      return signal.aborted ? EXIT.INTERRUPTED : explain(error);
    });
    if (typeof connection === 'number') return connection;
    const input = openInput(stdin, terminal, screen, plan.maxBytes, interrupt);
    return await session.run(connection, input, signal, screen.gone);
  } finally {
    stop();
    stdin.destroy?.();
  }
}
