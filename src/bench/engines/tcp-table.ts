import { readFileSync } from 'node:fs';

/** The state of a connection that stands, in the table of the kernel. */
export const TCP_ESTABLISHED = 1;

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
const COLUMNS = { local: 1, remote: 2, state: 3 } as const;

/** The TCP connections of this host: the state of each, by {@link tcpKey}. Empty where the system does not tell. */
export function readTcpTable(tables: readonly string[] = TABLES): ReadonlyMap<string, number> {
  const states = new Map<string, number>();
  for (const table of tables) {
    let text = '';
    try {
      text = readFileSync(table, 'latin1');
    } catch {
      continue;
    }
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(' ').filter(Boolean);
      const [local, remote] = [portOf(fields[COLUMNS.local]), portOf(fields[COLUMNS.remote])];
      if (local !== undefined && remote !== undefined) {
        states.set(tcpKey(local, remote), Number.parseInt(fields[COLUMNS.state] ?? '', 16));
      }
    }
  }
  return states;
}

/** Names one end of a connection by its own port and that of the other end. */
export function tcpKey(local: number, remote: number): string {
  return `${local} ${remote}`;
}

function portOf(address: string | undefined): number | undefined {
  const port = Number.parseInt(address?.split(':')[1] ?? '', 16);
  return Number.isNaN(port) ? undefined : port;
}
