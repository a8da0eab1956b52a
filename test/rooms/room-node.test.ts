import { describe, expect, test } from 'vitest';
import { refuseEntry } from '../../src/rooms/index.ts';
import { enter, Guest, stageNodes } from './node-stage.ts';

const admitBy = (stage: { now: () => number }, user: string) => (rules: Parameters<typeof refuseEntry>[0]) =>
  refuseEntry(rules, user, [`u:${user}`], stage.now())?.refusal;

describe('joining', () => {
  test('tells a new member the latest history, and then everything that follows, once', () => {
    const { start } = stageNodes();
    const node = start();
    const [ann, bob] = [new Guest('ann'), new Guest('bob')];
    expect(enter(node, 'r', ann)).toBeUndefined();
    for (const payload of ['a', 'b', 'c']) node.say('r', { user: 'ann', payload });
    enter(node, 'r', bob, { history: 2 });
    node.say('r', { user: 'ann', payload: 'd' });
    expect(bob.joins).toMatchObject([{ room: 'r', epoch: 'e1', seq: 3, first: 1, recovered: undefined, count: 2 }]);
    expect(bob.joins[0]?.history.map(({ payload }) => payload)).toEqual(['b', 'c']);
    expect(bob.joins[0]?.attendees.map(({ name }) => name)).toEqual(['ann', 'bob']);
    expect([ann.texts, bob.texts]).toEqual([['a', 'b', 'c', 'd'], ['d']]);
  });

  test('reaches members of every node in one order', () => {
    const { start } = stageNodes();
    const [one, two] = [start(), start()];
    const [ann, bob] = [new Guest('ann'), new Guest('bob')];
    enter(one, 'r', ann);
    enter(two, 'r', bob);
    for (let index = 0; index < 10; index++) (index % 2 ? one : two).say('r', { user: 'x', payload: `t${index}` });
    expect(ann.texts).toEqual(Array.from({ length: 10 }, (_, index) => `t${index}`));
    expect(bob.entries).toEqual(ann.entries);
  });

  test('keeps the limits of rooms and members', () => {
    const { start } = stageNodes({ limits: { rooms: 2, membersPerRoom: 2, roomsPerMember: 2 } });
    const node = start();
    const [ann, bob, cleo] = [new Guest('ann'), new Guest('bob'), new Guest('cleo')];
    enter(node, 'a', ann);
    expect(enter(node, 'a', ann)).toEqual({ refusal: 'already-joined' });
    enter(node, 'a', bob);
    expect(enter(node, 'a', cleo)).toEqual({ refusal: 'room-full' });
    enter(node, 'b', ann);
    expect(enter(node, 'b2', cleo)).toEqual({ refusal: 'too-many-rooms' });
    expect(cleo.joins).toEqual([]);
  });

  test('needs a room that exists unless one is founded', () => {
    const { start } = stageNodes();
    const node = start();
    const ann = new Guest('ann');
    const attendee = { user: 'ann', name: 'ann' };
    expect(node.join('r', ann, { attendee })).toEqual({ refusal: 'no-room' });
    expect(node.sizes).toEqual({ rooms: 0, listened: 0, members: 0 });
  });

  test('lets nobody in under rules that cannot be read', () => {
    const { start } = stageNodes();
    const node = start();
    const founding = { rules: '{"owner":', listed: true };
    expect(enter(node, 'r', new Guest('ann'), { founding, admit: () => undefined })).toEqual({ refusal: 'bad-rules' });
    expect(node.sizes.listened).toBe(0);
  });

  test('of 10,000 rooms that were made and left nothing stays', () => {
    const { start, memory, pass } = stageNodes();
    const node = start();
    for (let index = 0; index < 10_000; index++) {
      const ann = new Guest('ann');
      enter(node, `r${index}`, ann);
      if (index % 100 === 0) node.say(`r${index}`, { user: 'ann', payload: 'hi' });
      node.leave(`r${index}`, ann, index % 50 === 0 ? 5000 : 0);
    }
    pass(5000);
    expect(node.sizes).toEqual({ rooms: 0, listened: 0, members: 0 });
    expect(memory.sizes.rooms).toBe(100);
    pass(700_000);
    node.broker.survey([]);
    expect(memory.sizes).toEqual({ rooms: 0, bytes: 0, records: 0, nodes: 1 });
  });
});

describe('coming back', () => {
  test('gives exactly what was missed, as events in order, before what is new', () => {
    const { start } = stageNodes();
    const [one, two] = [start(), start()];
    const [ann, bob] = [new Guest('ann'), new Guest('bob')];
    enter(one, 'r', ann);
    enter(one, 'r', bob);
    one.say('r', { user: 'ann', payload: 'heard' });
    const { epoch, seq } = one.position('r') ?? { epoch: '', seq: 0 };
    one.leave('r', bob);
    for (let index = 0; index < 250; index++) one.say('r', { user: 'ann', payload: `m${index}` });
    const back = new Guest('bob');
    enter(two, 'r', back, { since: { epoch, seq } });
    one.say('r', { user: 'ann', payload: 'new' });
    expect(back.joins).toMatchObject([{ epoch, seq, recovered: true, history: [] }]);
    expect(back.texts).toEqual([...Array.from({ length: 250 }, (_, index) => `m${index}`), 'new']);
  });

  test('is paced: a member that is behind gets more when it has drained', () => {
    const { start } = stageNodes();
    const node = start();
    const ann = new Guest('ann');
    enter(node, 'r', ann);
    for (let index = 0; index < 30; index++) node.say('r', { user: 'ann', payload: `m${index}` });
    const slow = new Guest('slow');
    slow.status = 'pressured';
    enter(node, 'r', slow, { since: { epoch: 'e1', seq: 0 } });
    expect(slow.texts).toEqual(['m0']);
    node.say('r', { user: 'ann', payload: 'meanwhile' });
    node.drained(slow);
    expect(slow.texts).toEqual(['m0', 'm1']);
    slow.status = 'ok';
    node.drained(slow);
    expect(slow.texts).toEqual([...Array.from({ length: 30 }, (_, index) => `m${index}`), 'meanwhile']);
  });

  test.each([
    ['another epoch', { epoch: 'other', seq: 4 }],
    ['what the log no longer has', { epoch: 'e1', seq: 3 }],
    ['what the log does not have yet', { epoch: 'e1', seq: 99 }],
    ['an entry that is another one by now', { epoch: 'e1', seq: 15, at: 77 }],
  ])('from %s is no recovery: the latest history instead', (_, since) => {
    const { start } = stageNodes({}, { entriesPerRoom: 10 });
    const node = start();
    enter(node, 'r', new Guest('ann'));
    for (let index = 1; index <= 20; index++) node.say('r', { user: 'ann', payload: `m${index}` });
    const back = new Guest('bob');
    enter(node, 'r', back, { since, history: 3 });
    expect(back.joins).toMatchObject([{ seq: 20, first: 11, recovered: false }]);
    expect(back.joins[0]?.history.map(({ payload }) => payload)).toEqual(['m18', 'm19', 'm20']);
    node.say('r', { user: 'ann', payload: 'new' });
    expect(back.texts).toEqual(['new']);
  });

  test('begins anew, and says so, when the log goes on faster than the member reads', () => {
    const { start } = stageNodes({}, { entriesPerRoom: 10 });
    const node = start();
    enter(node, 'r', new Guest('ann'));
    for (let index = 1; index <= 10; index++) node.say('r', { user: 'ann', payload: `m${index}` });
    const slow = new Guest('slow');
    slow.status = 'pressured';
    enter(node, 'r', slow, { since: { epoch: 'e1', seq: 0 } });
    for (let index = 11; index <= 30; index++) node.say('r', { user: 'ann', payload: `m${index}` });
    slow.status = 'ok';
    node.drained(slow);
    node.say('r', { user: 'ann', payload: 'new' });
    expect(slow.events.map(({ kind }) => kind).filter((kind) => kind !== 'presence')).toEqual([
      'entry',
      'reset',
      'entry',
    ]);
    expect(slow.events.find(({ kind }) => kind === 'reset')).toMatchObject({ seq: 30, first: 21 });
  });

  test('from a bookmark that holds is a recovery', () => {
    const { start, pass } = stageNodes();
    const node = start();
    enter(node, 'r', new Guest('ann'));
    pass(500);
    node.say('r', { user: 'ann', payload: 'a' });
    pass(500);
    node.say('r', { user: 'ann', payload: 'b' });
    const back = new Guest('bob');
    enter(node, 'r', back, { since: { epoch: 'e1', seq: 1, at: 500 } });
    expect(back.joins).toMatchObject([{ seq: 1, recovered: true }]);
    expect(back.texts).toEqual(['b']);
  });

  test('under rules that have banned the user meanwhile is refused', () => {
    const { start, pass } = stageNodes();
    const node = start();
    let now = 0;
    const [owner, troll] = [new Guest('owner'), new Guest('troll')];
    const admit = admitBy({ now: () => now }, 'troll');
    enter(node, 'r', owner, { owner: 'owner' });
    enter(node, 'r', troll, { admit });
    node.leave('r', troll);
    const ban = { action: 'ban', user: 'troll', subjects: ['u:troll'], until: 60_000 } as const;
    expect(node.moderate('r', { user: 'owner', payload: 'banned' }, ban)).toMatchObject({ seq: 1 });
    const back = { since: { epoch: 'e1', seq: 0 }, admit };
    expect(enter(node, 'r', troll, back)).toEqual({ refusal: { notAdmitted: 'banned' } });
    expect([troll.texts, node.membersOf('r')]).toEqual([[], [owner]]);
    pass(60_000);
    now = 60_000;
    expect(enter(node, 'r', troll, back)).toBeUndefined();
  });
});

describe('moderation', () => {
  test('puts a banned member out on every node, at once', () => {
    const { start } = stageNodes();
    const [one, two] = [start(), start()];
    const [owner, troll] = [new Guest('owner'), new Guest('troll')];
    enter(one, 'r', owner, { owner: 'owner' });
    enter(two, 'r', troll, { admit: admitBy({ now: () => 0 }, 'troll') });
    one.moderate(
      'r',
      { user: 'owner', payload: '!' },
      { action: 'ban', user: 'troll', subjects: ['u:troll'], until: Infinity },
    );
    expect([troll.expelled, two.membersOf('r')]).toEqual([['r: banned'], []]);
    one.say('r', { user: 'owner', payload: 'among us' });
    expect(troll.texts).not.toContain('among us');
  });

  test('tells every node of a kick before members hear of it', () => {
    const { start } = stageNodes();
    const [one, two] = [start(), start()];
    enter(one, 'r', new Guest('owner'), { owner: 'owner' });
    enter(two, 'r', new Guest('troll'));
    one.moderate('r', { user: 'owner', payload: 'kicked' }, { action: 'kick', user: 'troll' });
    expect(two.ruled).toMatchObject([{ kind: 'rules', payload: 'kicked', sender: 'owner' }]);
  });

  test('is refused to members, and to moderators towards the owner', () => {
    const { start } = stageNodes();
    const node = start();
    enter(node, 'r', new Guest('owner'), { owner: 'owner' });
    const kick = { action: 'kick', user: 'owner' } as const;
    const not = { refusal: 'not-allowed' };
    expect(node.moderate('r', { user: 'nobody', payload: '' }, kick)).toEqual(not);
    node.moderate('r', { user: 'owner', payload: '' }, { action: 'promote', user: 'mod' });
    expect(node.moderate('r', { user: 'mod', payload: '' }, kick)).toEqual(not);
    expect(node.moderate('r', { user: 'nobody', payload: '' }, { action: 'kick', user: 'mod' }, 'owner')).toMatchObject(
      { seq: 2 },
    );
    expect(node.moderate('elsewhere', { user: 'owner', payload: '' }, kick)).toEqual({ refusal: 'not-joined' });
  });

  test('mutes until the time has come, by the rules that hold on all nodes', () => {
    const { start, pass } = stageNodes();
    const [one, two] = [start(), start()];
    enter(one, 'r', new Guest('owner'), { owner: 'owner' });
    enter(two, 'r', new Guest('loud'));
    one.moderate('r', { user: 'owner', payload: '' }, { action: 'mute', user: 'loud', until: 5000 });
    pass(1000);
    expect(two.say('r', { user: 'loud', payload: 'x' })).toEqual({ refusal: 'muted', retryAfterMs: 4000 });
    pass(4000);
    expect(two.say('r', { user: 'loud', payload: 'x' })).toMatchObject({ seq: 2 });
  });

  test('slows members down, on all nodes together, but not the owner', () => {
    const { start, pass } = stageNodes();
    const [one, two] = [start(), start()];
    enter(one, 'r', new Guest('owner'), { owner: 'owner' });
    enter(two, 'r', new Guest('ann'));
    one.moderate('r', { user: 'owner', payload: '' }, { action: 'slow', everyMs: 3000 });
    two.say('r', { user: 'ann', payload: 'x' });
    pass(1000);
    expect(one.say('r', { user: 'ann', payload: 'y' })).toEqual({ refusal: 'too-soon', retryAfterMs: 2000 });
    for (const payload of ['1', '2'])
      expect(one.say('r', { user: 'owner', payload })).toMatchObject({ duplicate: false });
    pass(2000);
    expect(one.say('r', { user: 'ann', payload: 'y' })).toMatchObject({ duplicate: false });
  });

  test('takes messages back: one’s own, and those of whom one outranks', () => {
    const { start } = stageNodes();
    const node = start();
    const owner = new Guest('owner');
    enter(node, 'r', owner, { owner: 'owner' });
    for (const user of ['ann', 'bob', 'owner']) node.say('r', { user, payload: `by ${user}` });
    expect(node.redact('r', { user: 'bob' }, 1)).toEqual({ refusal: 'not-allowed' });
    expect(node.redact('r', { user: 'ann' }, 1)).toMatchObject({ seq: 4 });
    expect(node.redact('r', { user: 'owner' }, 2)).toMatchObject({ seq: 5 });
    expect(node.redact('r', { user: 'owner' }, 2)).toEqual({ refusal: 'gone' });
    expect(node.redact('r', { user: 'owner' }, 99)).toEqual({ refusal: 'gone' });
    expect(owner.entries.slice(3).map(({ kind, payload }) => `${kind} ${payload}`)).toEqual([
      'redaction 1',
      'redaction 2',
    ]);
    expect(node.history('r', 10)).toMatchObject({
      entries: [{ kind: 'redacted' }, { kind: 'redacted' }, { payload: 'by owner' }, {}, {}],
    });
  });
});

describe('presence', () => {
  test('is told by user, batched per 100 ms, over all nodes', () => {
    const { start, pass } = stageNodes();
    const [one, two] = [start(), start()];
    const ann = new Guest('ann');
    enter(one, 'r', ann);
    pass(100);
    const [bob, bobAgain] = [new Guest('bob'), new Guest('bob')];
    enter(one, 'r', bob);
    enter(two, 'r', bobAgain);
    enter(two, 'r', new Guest('cleo'));
    pass(99);
    expect(ann.presence).toEqual(['+ann 1']);
    pass(1);
    expect(ann.presence).toEqual(['+ann 1', '+bob +cleo 3']);
    one.leave('r', bob);
    pass(100);
    expect(ann.presence).toHaveLength(2);
    two.leave('r', bobAgain);
    pass(100);
    expect(ann.presence.at(-1)).toBe('-bob 2');
    expect(one.attended).toEqual(['+ann', '+bob', '+cleo', '-bob']);
    expect(two.who('r', 10)).toMatchObject({ count: 2, attendees: [{ user: 'ann' }, { user: 'cleo' }] });
  });

  test('lets who is lost linger, so that nobody hears of one who is back in time', () => {
    const { start, pass } = stageNodes();
    const node = start();
    const [ann, bob] = [new Guest('ann'), new Guest('bob')];
    enter(node, 'r', ann);
    enter(node, 'r', bob);
    pass(100);
    node.leave('r', bob, 5000);
    pass(4000);
    enter(node, 'r', new Guest('bob'));
    pass(10_000);
    expect(ann.presence).toEqual(['+ann +bob 2']);
    for (const guest of node.membersOf('r')) if (guest.user === 'bob') node.leave('r', guest, 5000);
    pass(4999);
    expect(node.who('r', 5).count).toBe(2);
    pass(101);
    expect(ann.presence).toEqual(['+ann +bob 2', '-bob 1']);
  });

  test('tells counts only above 100 users', () => {
    const { start, pass } = stageNodes();
    const node = start();
    const ann = new Guest('ann');
    enter(node, 'r', ann);
    for (let index = 1; index < 100; index++) enter(node, 'r', new Guest(`u${index}`), { history: 0 });
    pass(100);
    expect(ann.presence[0]?.split(' ')).toHaveLength(101);
    enter(node, 'r', new Guest('last'), { history: 0 });
    pass(100);
    expect(ann.presence[1]).toBe('101');
    expect(ann.joins[0]?.attendees).toHaveLength(1);
  });

  test('loses a node that was killed within the time that its word counts', () => {
    const { start, pass } = stageNodes();
    const [one, two] = [start(), start()];
    const ann = new Guest('ann');
    enter(one, 'r', ann);
    enter(two, 'r', new Guest('ghost'));
    two.broker.survey = () => ({ refusal: 'unavailable' });
    pass(17_100);
    expect(ann.presence).toEqual(['+ann +ghost 2', '-ghost 1']);
  });

  test('of who reads a mailbox is not told', () => {
    const { start, pass } = stageNodes();
    const node = start();
    const ann = new Guest('ann');
    node.post('@ann', { user: 'bob', payload: 'letter', id: 'l' });
    node.join('@ann', ann, { attendee: { user: 'ann', name: 'ann' }, presence: false });
    node.post('@ann', { user: 'bob', payload: 'second', id: 'm' });
    pass(1000);
    expect(ann.joins[0]?.history.map(({ payload }) => payload)).toEqual(['letter']);
    expect([ann.texts, ann.presence, node.attended]).toEqual([['second'], [], []]);
  });
});

describe('a broker that is lost', () => {
  test('refuses what is said rather than to lose it, and has all when it is back', () => {
    const { start, memory, pass } = stageNodes();
    const [one, two] = [start(), start()];
    const [ann, bob] = [new Guest('ann'), new Guest('bob')];
    enter(one, 'r', ann);
    enter(two, 'r', bob);
    one.say('r', { user: 'ann', payload: 'before' });
    memory.setState('degraded');
    expect(one.say('r', { user: 'ann', payload: 'during', id: 'x' })).toEqual({ refusal: 'unavailable' });
    expect(enter(one, 'other', new Guest('cleo'))).toEqual({ refusal: 'unavailable' });
    pass(10_000);
    memory.setState('up');
    expect(one.states).toEqual(['degraded', 'up']);
    one.say('r', { user: 'ann', payload: 'during', id: 'x' });
    pass(100);
    expect([ann.texts, bob.texts]).toEqual([
      ['before', 'during'],
      ['before', 'during'],
    ]);
    expect(two.sizes).toEqual({ rooms: 1, listened: 1, members: 1 });
  });

  test('that lost the end of its log makes every member begin anew', () => {
    const { start, memory, pass } = stageNodes();
    const node = start();
    const ann = new Guest('ann');
    enter(node, 'r', ann);
    for (const payload of ['a', 'b', 'c']) node.say('r', { user: 'ann', payload });
    memory.loseEnd('r', 1);
    pass(2000);
    const reset = ann.events.find(({ kind }) => kind === 'reset');
    expect(reset).toMatchObject({ epoch: 'e2', seq: 1, history: [{ payload: 'a' }] });
    node.say('r', { user: 'ann', payload: 'd' });
    expect(ann.entries.at(-1)).toMatchObject({ seq: 2, payload: 'd' });
    expect(node.totals.resets).toBe(1);
  });

  test('that lost a room altogether gets it again, with its rules', () => {
    const { start, memory, pass } = stageNodes({}, { rooms: 5 });
    const node = start();
    const ann = new Guest('ann');
    enter(node, 'r', ann, { owner: 'ann' });
    node.say('r', { user: 'ann', payload: 'a' });
    memory.forgetRoom('r');
    pass(2100);
    expect(ann.events.find(({ kind }) => kind === 'reset')).toMatchObject({ epoch: 'e2', seq: 0, history: [] });
    expect(node.say('r', { user: 'ann', payload: 'b' })).toMatchObject({ epoch: 'e2', seq: 1 });
    expect(node.rulesOf('r')?.owner).toBe('ann');
    expect(node.who('r', 5).count).toBe(1);
  });
});

describe('a node', () => {
  test('encodes an entry once, however many members hear it', () => {
    const { start, encodings } = stageNodes();
    const node = start();
    for (let index = 0; index < 50; index++) enter(node, 'r', new Guest(`u${index}`), { history: 0 });
    const before = encodings();
    node.say('r', { user: 'u1', payload: 'hi' });
    expect(encodings() - before).toBe(1);
    expect(node.totalsOf('r')).toMatchObject({ published: 1, recipients: 50, ok: 50 });
  });

  test('says the same thing of one id once, and tells a duplicate', () => {
    const { start } = stageNodes();
    const node = start();
    const ann = new Guest('ann');
    enter(node, 'r', ann);
    expect(node.say('r', { user: 'ann', payload: 'x', id: '1' })).toMatchObject({ seq: 1, duplicate: false });
    expect(node.say('r', { user: 'ann', payload: 'x', id: '1' })).toMatchObject({ seq: 1, duplicate: true });
    expect(ann.texts).toEqual(['x']);
  });

  test('whispers to all members, but not to one that is behind', () => {
    const { start } = stageNodes();
    const node = start();
    const [ann, slow] = [new Guest('ann'), new Guest('slow')];
    for (const guest of [ann, slow]) enter(node, 'r', guest);
    slow.status = 'pressured';
    node.say('r', { user: 'ann', payload: 'hi' });
    node.whisper('r', 'ann', 'typing');
    expect(ann.events.at(-1)).toEqual({ kind: 'whisper', room: 'r', sender: 'ann', payload: 'typing' });
    expect(slow.events.at(-1)).toMatchObject({ kind: 'entry' });
    slow.status = 'ok';
    node.drained(slow);
    node.whisper('r', 'ann', 'typing');
    expect(slow.events.at(-1)).toMatchObject({ kind: 'whisper' });
  });

  test('leaves everything when it stops', () => {
    const { start, memory, pass } = stageNodes();
    const node = start();
    enter(node, 'r', new Guest('ann'));
    node.stop();
    pass(60_000);
    expect(memory.sizes).toMatchObject({ rooms: 0, nodes: 0 });
    expect(enter(node, 'r2', new Guest('bob'))).toEqual({ refusal: 'unavailable' });
  });
});
