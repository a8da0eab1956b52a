import type { ServerMetrics } from '../node/index.ts';
import { formatPrometheus } from '../node/index.ts';
import type { Chat } from './chat.ts';

/** The figures of a chat server for a scrape: those of its WebSockets, and those of the chat. No name of a room or user is in them. */
export function chatMetrics<Prepared>(chat: Chat<Prepared>, server: ServerMetrics): string {
  const { counters, node } = chat;
  const { totals } = node;
  const lines: string[] = [];
  const family = (name: string, type: 'gauge' | 'counter', help: string, ...samples: readonly Sample[]): void => {
    lines.push(`# HELP ws101_chat_${name} ${help}`, `# TYPE ws101_chat_${name} ${type}`);
    for (const [labels, value] of samples) lines.push(`ws101_chat_${name}${labels} ${value}`);
  };
  family('broker_up', 'gauge', 'Whether the place where rooms are kept can be reached.', [
    '',
    node.broker.state === 'up' ? 1 : 0,
  ]);
  family('members', 'gauge', 'Connections that take part.', ['', chat.size]);
  family('rooms', 'gauge', 'Rooms with somebody of this node in them.', ['', chat.rooms.length]);
  family('published_total', 'counter', 'Messages that were kept for somebody of this node.', ['', counters.published]);
  family('duplicates_total', 'counter', 'Messages that were sent again and known already.', ['', counters.duplicates]);
  family(
    'deliveries_total',
    'counter',
    'Events handed to members, by what became of them.',
    ...(['ok', 'pressured', 'dropped', 'closed'] as const).map(
      (status): Sample => [`{status="${status}"}`, totals[status]],
    ),
  );
  family('repairs_total', 'counter', 'Gaps that were closed by reading the log.', ['', totals.repairs]);
  family('resets_total', 'counter', 'Times that members had to begin anew.', ['', totals.resets]);
  family('sessions_opened_total', 'counter', 'Sessions that were begun.', ['', counters.sessionsOpened]);
  family('sessions_resumed_total', 'counter', 'Sessions that were gone on with.', ['', counters.sessionsResumed]);
  family('sessions_taken_over_total', 'counter', 'Sessions whose connection gave way to another.', [
    '',
    counters.sessionsTakenOver,
  ]);
  family('unauthorized_total', 'counter', 'Requests without a valid token or ticket.', ['', counters.unauthorized]);
  family(
    'refusals_total',
    'counter',
    'Messages that were refused, by the code of the error.',
    ...[...counters.refusals].sort().map(([code, count]): Sample => [`{code="${code}"}`, count]),
  );
  return `${formatPrometheus(server)}${lines.join('\n')}\n`;
}

type Sample = readonly [labels: string, value: number];
