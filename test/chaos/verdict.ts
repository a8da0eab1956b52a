import type { ClientRecord } from './client-record.ts';

/** What is wrong with what clients had, one line each: nothing when every promise was kept. */
export function judge(clients: readonly ClientRecord[]): string[] {
  const problems: string[] = [];
  for (const room of new Set(clients.map((client) => client.room))) {
    const members = clients.filter((client) => client.room === room);
    problems.push(...judgeRoom(room, members));
  }
  return problems;
}

function judgeRoom(room: string, members: readonly ClientRecord[]): string[] {
  const problems: string[] = [];
  const say = (what: string): void => void problems.push(`${room}: ${what}`);
  const idAt = new Map<string, string>();
  for (const [number, { acked, pending, delivered, faults }] of members.entries()) {
    for (const fault of faults) say(`client ${number}: ${fault}`);
    for (const id of pending.keys()) say(`client ${number}: ${id} was never acknowledged`);
    const seen = new Set<string>();
    for (const { epoch, seq, id } of delivered) {
      if (seen.has(id)) say(`client ${number}: ${id} was delivered twice`);
      seen.add(id);
      const place = `${epoch} ${seq}`;
      const there = idAt.get(place);
      if (there !== undefined && there !== id) say(`client ${number}: at ${place} is ${id}, for others ${there}`);
      idAt.set(place, id);
    }
    for (const { id, epoch, seq } of acked.values()) {
      const there = idAt.get(`${epoch} ${seq}`);
      if (there !== undefined && there !== id) say(`${id} was acknowledged at ${seq}, where ${there} is`);
    }
  }
  const everything = members.flatMap(({ acked }) => [...acked.values()]);
  for (const [number, { delivered, joinedAt }] of members.entries()) {
    const had = new Set(delivered.map(({ id }) => id));
    for (const { id, seq } of everything) {
      if (seq > (joinedAt ?? 0) && !had.has(id))
        say(`client ${number}: ${id} was acknowledged at ${seq} and never came`);
    }
  }
  problems.push(...judgeOrder(room, members));
  return problems;
}

/** The order of ids must be the same for every pair of clients, so: for every client and the one that had most. */
function judgeOrder(room: string, members: readonly ClientRecord[]): string[] {
  const longest = [...members].sort((a, b) => b.delivered.length - a.delivered.length)[0];
  const rank = new Map((longest?.delivered ?? []).map(({ id }, place) => [id, place]));
  return members.flatMap(({ delivered }, number) => {
    let last = -1;
    for (const { id } of delivered) {
      const place = rank.get(id);
      if (place === undefined) continue;
      if (place < last) return [`${room}: client ${number} had ${id} in another order`];
      last = place;
    }
    return [];
  });
}
