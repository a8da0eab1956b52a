import { afterEach, describe, expect, test, vi } from 'vitest';
import { MemoryBroker, RoomNode } from '../../src/rooms/index.ts';
import { RoomFeed } from '../../src/rooms/room-feed.ts';
import { CALM, ROUGH, WRECKED } from './simulation/faults.ts';
import { type Ended, type Faults, World } from './simulation/world.ts';

const SEEDS = 12;

async function campaign(
  faults: Faults,
  seeds: number = SEEDS,
): Promise<Ended & { readonly failures: readonly string[] }> {
  const failures: string[] = [];
  const happened = new Set<string>();
  const sum = { acked: 0, resets: 0, repairs: 0, hash: '' };
  for (let seed = 1; seed <= seeds; seed++) {
    const ended = await new World(seed, faults).run();
    failures.push(...ended.problems.map((problem) => `seed ${seed}: ${problem}`));
    for (const each of ended.happened) happened.add(each);
    sum.acked += ended.acked;
    sum.resets += ended.resets;
    sum.repairs += ended.repairs;
    sum.hash += ended.hash;
  }
  return { ...sum, happened, failures, problems: [] };
}

afterEach(() => vi.restoreAllMocks());

describe('nodes, rooms and clients on one broker', () => {
  test('deliver everything once and in one order when all arrives, if late', async () => {
    const { failures, acked, resets } = await campaign(CALM);
    expect(failures).toEqual([]);
    expect(acked).toBeGreaterThan(SEEDS * 50);
    expect(resets).toBe(0);
  }, 60_000);

  test('lose nothing acknowledged and repeat nothing while announcements get lost, nodes die and connections are cut', async () => {
    const { failures, happened, repairs, resets } = await campaign(ROUGH);
    expect(failures).toEqual([]);
    expect(resets).toBe(0);
    expect(repairs).toBeGreaterThan(SEEDS);
    for (const each of ['kill', 'outage', 'cut', 'slow', 'duplicate', 'refused unavailable'])
      expect(happened).toContain(each);
  }, 60_000);

  test('agree on what the broker has, and say where they begin anew, when it loses the end of its logs', async () => {
    const { failures, happened, resets } = await campaign(WRECKED);
    expect(failures).toEqual([]);
    expect(happened).toContain('loss');
    expect(resets).toBeGreaterThan(SEEDS);
  }, 60_000);

  test('do the same for the same seed', async () => {
    expect((await campaign(ROUGH, 5)).hash).toBe((await campaign(ROUGH, 5)).hash);
  }, 60_000);
});

describe('a planted bug is found', () => {
  const found = async (faults: Faults): Promise<string> => (await campaign(faults, 6)).failures.join('\n');

  test('when a feed never asks for what is missing', async () => {
    vi.spyOn(RoomFeed.prototype, 'repairDueAt', 'get').mockReturnValue(undefined);
    vi.spyOn(RoomFeed.prototype, 'verify').mockImplementation(() => {});
    expect(await found(ROUGH)).toContain('which ends at');
  }, 60_000);

  test('when a feed gives on what it is handed', async () => {
    vi.spyOn(RoomFeed.prototype, 'accept').mockImplementation((_epoch, entry) => [entry]);
    expect(await found(ROUGH)).toMatch(/hears .* (after|twice)/);
  }, 60_000);

  test('when the broker does not know an id again', async () => {
    const { connect } = MemoryBroker.prototype;
    vi.spyOn(MemoryBroker.prototype, 'connect').mockImplementation(function (this: MemoryBroker, node, events) {
      const broker = connect.call(this, node, events);
      const { publish } = broker;
      let count = 0;
      broker.publish = (room, publication) => publish.call(broker, room, { ...publication, id: `${node}-${count++}` });
      return broker;
    });
    expect(await found(ROUGH)).toContain('holds something twice');
  }, 60_000);

  test('when a member is let in with less than it missed', async () => {
    const { join } = RoomNode.prototype;
    vi.spyOn(RoomNode.prototype, 'join').mockImplementation(function (
      this: RoomNode<never, never>,
      room,
      member,
      request,
    ) {
      const since =
        request.since && request.since.seq > 0
          ? { ...request.since, seq: request.since.seq + 1, at: undefined }
          : undefined;
      return join.call(this, room, member as never, { ...request, since });
    });
    expect(await found(ROUGH)).toMatch(/recovers from elsewhere|begin anew/);
  }, 60_000);
});
