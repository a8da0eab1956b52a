import { expect, it } from 'vitest';
import { cuttableWay } from '../../support/cuttable.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { redisPeer } from '../../support/redis.ts';
import { eventually, redisStage, startNode } from './stage.ts';

const ROOM = { rules: 'R', listed: true };
const ANN = { user: 'u-ann', name: 'Ann' };

describeWithPeer(redisPeer(), 'what rooms leave in Redis', () => {
  const stage = redisStage();

  it('are channels of the rooms that the node has members in, and of the node itself', async () => {
    const { broker } = await stage().node();
    await broker.subscribe('tea', ROOM);
    await broker.subscribe('@u-ann');
    const channels = async () => ((await stage().send('PUBSUB', 'CHANNELS')) as string[]).sort();
    expect(await channels()).toEqual([`ws101:node:${broker.node}`, 'ws101:{@u-ann}', 'ws101:{tea}'].sort());
    broker.unsubscribe('tea');
    await eventually(async () => !(await channels()).includes('ws101:{tea}'));
  });

  it('is nothing once everybody has left a room in which nothing was said', async () => {
    const { broker } = await stage().node();
    await broker.subscribe('tea', ROOM);
    broker.attend('tea', { joined: [ANN], left: [] });
    broker.unsubscribe('tea');
    await eventually(async () => ((await stage().send('KEYS', 'ws101:*tea*')) as string[]).length === 0);
    await broker.close();
    expect(await stage().send('KEYS', '*')).toEqual([]);
  });

  it('is forgotten after a while when nobody listens, the name in the list of rooms too', async () => {
    const { broker } = await stage().node({ keepMs: 100, nodeTtlMs: 90 });
    await broker.subscribe('tea', ROOM);
    await broker.publish('tea', { kind: 'message', sender: 'u-ann', payload: 'hello' });
    broker.unsubscribe('tea');
    await eventually(async () => (await broker.read('tea', { after: 0, limit: 1 })).refusal === 'no-room');
    await broker.subscribe('coffee', ROOM);
    expect(await stage().send('ZRANGE', 'ws101:rooms', '0', '-1')).toEqual(['coffee']);
  });

  it('is kept as long as somebody listens, though nothing happens', async () => {
    const { broker } = await stage().node({ keepMs: 2000, nodeTtlMs: 1000 });
    await broker.subscribe('tea', ROOM);
    broker.attend('tea', { joined: [ANN], left: [] });
    const beyond = performance.now() + 2500;
    await eventually(async () => performance.now() > beyond);
    expect(await broker.rules('tea')).toMatchObject({ rules: 'R' });
    await eventually(async () => JSON.stringify(await broker.attendance('tea')).includes('u-ann'));
    expect(await broker.list('', 10)).toEqual({ rooms: [{ room: 'tea', users: 1 }], next: undefined });
  });

  it('gives way to a new room only when nobody listens, if there are as many as may be', async () => {
    const { broker } = await stage().node({ rooms: 2 });
    await broker.subscribe('one', ROOM);
    await broker.subscribe('two', ROOM);
    expect(await broker.subscribe('three', ROOM)).toEqual({ refusal: 'too-many-rooms' });
    await broker.publish('one', { kind: 'message', sender: 'u-ann', payload: 'hello' });
    broker.unsubscribe('one');
    expect(await broker.subscribe('three', ROOM)).toMatchObject({ founded: true });
    expect(await broker.read('one', { after: 0, limit: 1 })).toEqual({ refusal: 'no-room' });
  });

  it('has no ghosts of a node that cannot be heard of any more', async () => {
    const way = await cuttableWay(stage().own.port);
    const cutOff = await startNode({ url: `redis://127.0.0.1:${way.port}`, limits: { nodeTtlMs: 300 } });
    const { broker } = await stage().node({ nodeTtlMs: 300 });
    try {
      await cutOff.broker.subscribe('tea', ROOM);
      cutOff.broker.attend('tea', { joined: [ANN], left: [] });
      await broker.subscribe('tea');
      expect(await broker.attendance('tea')).toMatchObject({ presence: [{ attendees: [ANN] }] });
      await way.close();
      await cutOff.until(() => cutOff.broker.state === 'degraded');
      await eventually(async () => {
        const listed = await broker.list('', 10);
        return listed.refusal === undefined && listed.rooms.length === 0;
      });
      expect(await broker.attendance('tea')).toMatchObject({ presence: [] });
      await eventually(async () => {
        const survey = await broker.survey([]);
        return survey.refusal === undefined && !survey.nodes.has(cutOff.broker.node);
      });
    } finally {
      await cutOff.broker.close();
    }
  });
});
