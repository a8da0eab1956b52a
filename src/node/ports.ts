import { type Clock, clock, setClock } from './clock.ts';
import { deadlines } from './deadlines.ts';
import { type FillRandom, setRandom } from './random.ts';

/** What this package asks of the world besides bytes. */
export interface Ports {
  /** Drives every deadline: handshakes, keepalive, closing, `timeoutMs`. */
  readonly clock: Clock;
  /** Makes mask keys and handshake keys. Another than the system's strong source is for tests alone (RFC 6455 §10.3). */
  readonly random: FillRandom;
}

/**
 * Replaces the clock or the randomness of this process, so that a test takes no time and repeats itself; gives what puts
 * the old ones back. `ws101/testing` has a clock and a source to put in. A clock should go on from the time of the one
 * before it: deadlines that were set already stay where they are.
 */
export function usePorts({ clock: nextClock, random }: Partial<Ports>): () => void {
  const clockBefore = clock();
  const randomBefore = random === undefined ? undefined : setRandom(random);
  if (nextClock !== undefined) moveTo(nextClock);
  return () => {
    if (nextClock !== undefined) moveTo(clockBefore);
    if (randomBefore !== undefined) setRandom(randomBefore);
  };
}

function moveTo(next: Clock): void {
  setClock(next);
  deadlines.restart();
}
