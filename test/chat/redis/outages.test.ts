import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Published } from '../../../src/rooms/index.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { redisPeer } from '../../support/redis.ts';
import { redisStage, type TestNode } from './stage.ts';

const ROOM = { rules: 'R', listed: true };
const isDown = ({ broker }: TestNode) => broker.state === 'degraded';
const isUp = ({ broker }: TestNode) => broker.state === 'up';

function say(node: TestNode, payload: string, id?: string) {
  return node.broker.publish('tea', { kind: 'message', sender: 'u-ann', payload, ...(id && { id }) });
}

describeWithPeer(redisPeer(), 'rooms on Redis while Redis is away', () => {
  const stage = redisStage();

  it('are said to be degraded, refuse at once, and are as before within 5 s of Redis coming back', async () => {
    const [one, two] = [await stage().node(), await stage().node()];
    await one.broker.subscribe('tea', ROOM);
    await two.broker.subscribe('tea');
    await say(one, 'before', 'm1');
    one.broker.attend('tea', { joined: [{ user: 'u-ann', name: 'Ann' }], left: [] });
    await two.until((heard) => heard.some(([event]) => event === 'presence'));

    await stage().own.stop('SIGKILL');
    await Promise.all([one, two].map((node) => node.until(() => isDown(node))));
    expect(await say(one, 'lost', 'm2')).toEqual({ refusal: 'unavailable' });
    expect(await two.broker.subscribe('tea')).toEqual({ refusal: 'unavailable' });
    one.broker.attend('tea', { joined: [{ user: 'u-bob', name: 'Bob' }], left: ['u-ann'] });

    await stage().own.start();
    const backAt = performance.now();
    await Promise.all([one, two].map((node) => node.until(() => isUp(node))));
    expect(performance.now() - backAt).toBeLessThan(5000);
    expect(await say(one, 'before', 'm1')).toMatchObject({ seq: 1, duplicate: true });
    expect(await say(one, 'again', 'm2')).toMatchObject({ seq: 2, duplicate: false });
    await two.until(() => two.entries('tea').length === 2);
    expect(two.entries('tea').map(({ payload }) => payload)).toEqual(['before', 'again']);
    expect(await two.broker.attendance('tea')).toMatchObject({
      presence: [{ node: one.broker.node, attendees: [{ user: 'u-bob', name: 'Bob' }] }],
    });
    expect(one.heard.filter(([event]) => event === 'state').map(([, state]) => state)).toEqual([
      'up',
      'degraded',
      'up',
    ]);
  });

  it('notice a Redis that is silent without closing anything, and take what was under way only once', async () => {
    const node = await stage().node();
    await node.broker.subscribe('tea', ROOM);
    stage().own.freeze();
    const unknown = say(node, 'perhaps', 'm1');
    expect(await unknown).toEqual({ refusal: 'unavailable' });
    expect(isDown(node)).toBe(true);
    stage().own.thaw();
    await node.until(() => isUp(node));
    expect(await say(node, 'perhaps', 'm1')).toMatchObject({ seq: 1 });
    expect(await node.broker.read('tea', { after: 0, limit: 10 })).toMatchObject({ seq: 1, entries: [{ id: 'm1' }] });
  });

  it('go on under a new epoch when Redis lost the end of the log, which everybody hears before its first entry', async () => {
    const [one, two] = [await stage().node(), await stage().node()];
    await one.broker.subscribe('tea', ROOM);
    await two.broker.subscribe('tea');
    const [, second] = [await say(one, 'kept'), (await say(one, 'lost')) as Published];
    await stage().own.stop('SIGKILL');
    const files = join(stage().own.folder, 'appendonlydir');
    const file = join(files, readdirSync(files).find((name) => name.endsWith('.incr.aof')) ?? '');
    truncateSync(file, statSync(file).size - 1);
    await stage().own.start();
    await Promise.all([one, two].map((node) => node.until(() => isUp(node))));

    const seen = { epoch: second.epoch, seq: second.seq };
    const third = await one.broker.publish('tea', { kind: 'message', sender: 'u-ann', payload: 'new', seen });
    expect(third).toMatchObject({ seq: 2, duplicate: false });
    expect((third as Published).epoch).not.toBe(second.epoch);
    await two.until(() => two.entries('tea').some(({ payload }) => payload === 'new'));
    const after = two.heard.slice(two.heard.findIndex(([event, state]) => event === 'state' && state === 'degraded'));
    expect(after.map(([event]) => event).filter((event) => event !== 'state')).toEqual(['renewed', 'entry']);
    expect(after.find(([event]) => event === 'renewed')?.[2]).toMatchObject({
      epoch: (third as Published).epoch,
      seq: 1,
    });
  });

  it('leave a room in which the node lost its last member meanwhile', async () => {
    const [one, two] = [await stage().node(), await stage().node()];
    await one.broker.subscribe('tea', ROOM);
    one.broker.attend('tea', { joined: [{ user: 'u-ann', name: 'Ann' }], left: [] });
    await two.broker.subscribe('tea');
    await say(two, 'something');
    await stage().own.stop('SIGKILL');
    await one.until(() => isDown(one));
    one.broker.unsubscribe('tea');
    await stage().own.start();
    await Promise.all([one, two].map((node) => node.until(() => isUp(node))));
    expect(await two.broker.attendance('tea')).toMatchObject({ presence: [] });
  });

  it('know their scripts again after somebody made Redis forget them', async () => {
    const node = await stage().node();
    await node.broker.subscribe('tea', ROOM);
    await stage().send('SCRIPT', 'FLUSH');
    expect(await say(node, 'still here')).toMatchObject({ seq: 1 });
    expect(isUp(node)).toBe(true);
  });

  it('stay degraded without the right password, and say why without it', async () => {
    const { startNode } = await import('./stage.ts');
    await stage().send('CONFIG', 'SET', 'requirepass', 'right');
    const url = stage().own.url.replace('redis://', 'redis://:sesame@');
    const node = await startNode({ url }, false);
    try {
      while (node.troubles.length === 0) await new Promise(setImmediate);
      expect(node.troubles[0]?.message).toMatch(/WRONGPASS/);
      expect(node.troubles.join()).not.toContain('sesame');
      expect(isDown(node)).toBe(true);
      expect(await node.broker.getRecord('k')).toEqual({ refusal: 'unavailable' });
    } finally {
      await node.broker.close();
      await stage().own.stop('SIGKILL');
      await stage().own.start();
    }
  });
});
