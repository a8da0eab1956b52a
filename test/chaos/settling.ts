import type { ChaosClient } from './chaos-client.ts';

/** Whether every client has said what it had to say, and those of a room are at the same place. */
export function isSettled(clients: readonly ChaosClient[]): boolean {
  const places = new Map<string, string>();
  return clients.every(({ settled, room, place }) => {
    const here = JSON.stringify(place);
    const there = places.get(room) ?? here;
    places.set(room, there);
    return settled && here === there;
  });
}

/** Looks every `everyMs` until it is so; false when it was not so in time. */
export async function until(met: () => true | undefined, withinMs: number, everyMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (!met()) {
    if (performance.now() > end) return false;
    await sleep(everyMs);
  }
  return true;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
