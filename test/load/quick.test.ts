import { describe, expect, test } from 'vitest';
import { drill as churn } from './churn.ts';
import { drill as continuations } from './continuations.ts';
import { drill as deflateBomb } from './deflate-bomb.ts';
import type { Drill } from './drill.ts';
import { drill as idleChat } from './idle-chat.ts';
import { drill as nonReading } from './non-reading.ts';
import { drill as pings } from './pings.ts';
import { drill as roomTour } from './room-tour.ts';
import { drill as silent } from './silent.ts';

const WITHIN_MS = 120_000;

/** What a drill found but figures of time, which mean nothing beside other tests. */
async function missed(drill: Drill): Promise<readonly string[]> {
  const findings = await drill.run({ quick: true, peers: false });
  const judged = findings.filter(({ kind }) => kind !== 'time');
  expect(judged).not.toEqual([]);
  return judged.filter(({ met }) => !met).map(({ what, goal, measured }) => `${what}: ${measured}, not ${goal}`);
}

// Memory is read from /proc, which only Linux has.
describe.skipIf(process.platform !== 'linux')('a server in a process of its own', () => {
  test(
    'keeps its memory when a client sends and never reads',
    async () => expect(await missed(nonReading)).toEqual([]),
    WITHIN_MS,
  );

  test(
    'ends a message of endless tiny fragments with 1008 and keeps its memory',
    async () => expect(await missed(continuations)).toEqual([]),
    WITHIN_MS,
  );

  test(
    'ends a flood of pings whose pongs nobody reads with 1008 and keeps its memory',
    async () => expect(await missed(pings)).toEqual([]),
    WITHIN_MS,
  );

  test(
    'ends a compressed message of 1 GiB with 1009 and keeps its memory',
    async () => expect(await missed(deflateBomb)).toEqual([]),
    WITHIN_MS,
  );

  test('lets go of a peer that never says anything', async () => expect(await missed(silent)).toEqual([]), WITHIN_MS);

  test(
    'holds nothing of connections that have come and gone',
    async () => expect(await missed(churn)).toEqual([]),
    WITHIN_MS,
  );

  test(
    'takes few KiB for a member of a chat room who says nothing, its socket included',
    async () => expect(await missed(idleChat)).toEqual([]),
    WITHIN_MS,
  );

  test(
    'holds nothing of chat rooms that were made and left',
    async () => expect(await missed(roomTour)).toEqual([]),
    WITHIN_MS,
  );
});
