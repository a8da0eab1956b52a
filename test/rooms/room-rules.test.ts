import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RoomRules, RuleAction } from '../../src/rooms/index.ts';
import {
  decodeRules,
  encodeRules,
  foundRules,
  moderate,
  outranks,
  paceOf,
  RULES_LIMITS,
  refuseEntry,
  refuseSpeech,
  roleOf,
} from '../../src/rooms/index.ts';

const changedBy = (rules: RoomRules, ...actions: RuleAction[]): RoomRules =>
  actions.reduce((current, action) => {
    const outcome = moderate(current, 'owner', action, 1000);
    if (outcome.refusal !== undefined) throw new Error(outcome.refusal);
    return outcome.rules;
  }, rules);
const OWNED = foundRules('owner');
const ban = (user: string, until = Infinity): RuleAction => ({
  action: 'ban',
  user,
  subjects: [`u:${user}`, `n:${user}`],
  until,
});

describe('roles', () => {
  test('are owner, moderator and member; a room without an owner has nobody in that role', () => {
    const rules = changedBy(OWNED, { action: 'promote', user: 'mod' });
    expect(['owner', 'mod', 'ann'].map((user) => roleOf(rules, user))).toEqual(['owner', 'moderator', 'member']);
    expect(roleOf(foundRules(''), '')).toBe('member');
  });

  test('reach only those below', () => {
    const roles = ['owner', 'moderator', 'member'] as const;
    const reached = roles.flatMap((actor) =>
      roles.filter((target) => outranks(actor, target)).map((target) => `${actor}>${target}`),
    );
    expect(reached).toEqual(['owner>moderator', 'owner>member', 'moderator>member']);
  });

  test.each([
    ['owner', { action: 'promote', user: 'x' }, true],
    ['moderator', { action: 'promote', user: 'x' }, false],
    ['moderator', { action: 'demote', user: 'mod' }, false],
    ['moderator', { action: 'kick', user: 'x' }, true],
    ['moderator', { action: 'kick', user: 'mod' }, false],
    ['moderator', ban('owner'), false],
    ['owner', ban('mod'), true],
    ['owner', { action: 'mute', user: 'owner', until: 1 }, false],
    ['moderator', { action: 'unmute', user: 'x' }, true],
    ['moderator', { action: 'slow', everyMs: 5 }, true],
    ['moderator', { action: 'private', on: true }, true],
    ['moderator', { action: 'invite', user: 'x' }, true],
    ['member', { action: 'slow', everyMs: 5 }, false],
    ['member', { action: 'unban', subjects: ['u:x'] }, false],
  ] as const)('as %s: %o is allowed: %s', (actor, action, isAllowed) => {
    const rules = changedBy(OWNED, { action: 'promote', user: 'mod' });
    const { refusal } = moderate(rules, actor, action as RuleAction, 0);
    expect(refusal).toBe(isAllowed ? undefined : 'not-allowed');
  });
});

describe('a ban', () => {
  test('holds for each of its subjects until its time has come', () => {
    const rules = changedBy(OWNED, ban('troll', 5000));
    expect(refuseEntry(rules, 'troll', ['u:troll'], 4999)).toEqual({ refusal: 'banned', until: 5000 });
    expect(refuseEntry(rules, 'other', ['u:other', 'n:troll'], 4999)).toEqual({ refusal: 'banned', until: 5000 });
    expect(refuseEntry(rules, 'troll', ['u:troll'], 5000)).toBeUndefined();
    expect(refuseEntry(rules, 'ann', ['u:ann'], 0)).toBeUndefined();
  });

  test('for good has no end, and is taken back', () => {
    const rules = changedBy(OWNED, ban('troll'));
    expect(refuseEntry(rules, 'troll', ['u:troll'], 1e15)).toEqual({ refusal: 'banned' });
    const forgiven = changedBy(rules, { action: 'unban', subjects: ['u:troll', 'n:troll'] });
    expect(refuseEntry(forgiven, 'troll', ['u:troll', 'n:troll'], 0)).toBeUndefined();
  });

  test('takes a moderator its role and a guest its invitation', () => {
    const rules = changedBy(OWNED, { action: 'promote', user: 'x' }, { action: 'invite', user: 'x' }, ban('x'));
    expect([roleOf(rules, 'x'), rules.invited]).toEqual(['member', []]);
  });

  test('cannot keep the owner out', () => {
    const rules = { ...OWNED, bans: new Map([['u:owner', Infinity]]) };
    expect(refuseEntry(rules, 'owner', ['u:owner'], 0)).toBeUndefined();
  });
});

describe('a room', () => {
  test('that is private lets in the owner, moderators and those invited', () => {
    const rules = changedBy(
      OWNED,
      { action: 'private', on: true },
      { action: 'promote', user: 'mod' },
      { action: 'invite', user: 'guest' },
    );
    const refused = ['owner', 'mod', 'guest', 'ann'].map((user) => refuseEntry(rules, user, [], 0)?.refusal);
    expect(refused).toEqual([undefined, undefined, undefined, 'private-room']);
    expect(refuseEntry(changedBy(rules, { action: 'uninvite', user: 'guest' }), 'guest', [], 0)?.refusal).toBe(
      'private-room',
    );
    expect(refuseEntry(changedBy(rules, { action: 'private', on: false }), 'ann', [], 0)).toBeUndefined();
  });

  test('lets the muted listen only, until their time has come', () => {
    const rules = changedBy(OWNED, { action: 'mute', user: 'loud', until: 9000 });
    expect(refuseSpeech(rules, 'loud', 8999)).toEqual({ refusal: 'muted', until: 9000 });
    expect(refuseSpeech(rules, 'loud', 9000)).toBeUndefined();
    expect(refuseSpeech(changedBy(rules, { action: 'unmute', user: 'loud' }), 'loud', 0)).toBeUndefined();
  });

  test('slows members down, but not the owner and moderators', () => {
    const rules = changedBy(OWNED, { action: 'slow', everyMs: 700 }, { action: 'promote', user: 'mod' });
    expect(['owner', 'mod', 'ann'].map((user) => paceOf(rules, user))).toEqual([0, 0, 700]);
  });

  test('remembers so many bans, mutes, guests and moderators, of which those that have ended go first', () => {
    let rules = OWNED;
    for (let index = 0; index < RULES_LIMITS.mutes; index++)
      rules = changedBy(rules, { action: 'mute', user: `u${index}`, until: 2000 });
    const more: RuleAction = { action: 'mute', user: 'more', until: 9000 };
    expect(moderate(rules, 'owner', more, 1999)).toEqual({ refusal: 'too-many' });
    expect(moderate(rules, 'owner', more, 2000)).toMatchObject({ rules: { mutes: new Map([['more', 9000]]) } });
    for (let index = 0; index < RULES_LIMITS.moderators; index++)
      rules = changedBy(rules, { action: 'promote', user: `m${index}` });
    expect(moderate(rules, 'owner', { action: 'promote', user: 'x' }, 0)).toEqual({ refusal: 'too-many' });
    expect(changedBy(rules, { action: 'promote', user: 'm1' }).moderators).toHaveLength(RULES_LIMITS.moderators);
  });

  test('does not change the rules that were given', () => {
    const rules = Object.freeze(changedBy(OWNED, ban('x'), { action: 'mute', user: 'y', until: 5 }));
    const before = encodeRules(rules);
    changedBy(rules, ban('z'), { action: 'mute', user: 'z', until: 5 }, { action: 'slow', everyMs: 1 });
    expect(encodeRules(rules)).toBe(before);
  });
});

describe('rules as text', () => {
  test('come back as they were', () => {
    const rules = changedBy(
      OWNED,
      ban('x'),
      ban('__proto__', 77),
      { action: 'promote', user: 'constructor' },
      { action: 'invite', user: 'ü' },
      { action: 'mute', user: 'y', until: 5000 },
      { action: 'slow', everyMs: 12 },
      { action: 'private', on: true },
    );
    expect(decodeRules(encodeRules(rules))).toEqual(rules);
  });

  test.each([
    '',
    'null',
    '[]',
    '{}',
    '"x"',
    '{"owner":1}',
    encodeRules(OWNED).replace('"private":false', '"private":0'),
    encodeRules(OWNED).replace('"bans":[]', '"bans":[["u:x"]]'),
    encodeRules(OWNED).replace('"bans":[]', '"bans":[["u:x",-1]]'),
    encodeRules(OWNED).replace('"bans":[]', '"bans":{"u:x":1}'),
    encodeRules(OWNED).replace('"slowMs":0', '"slowMs":1e999'),
    encodeRules(OWNED).replace('"owner":"owner"', `"owner":"${'o'.repeat(257)}"`),
    encodeRules(OWNED).replace('"moderators":[]', `"moderators":[${Array(51).fill('"m"')}]`),
  ])('are none in %s', (text) => {
    expect(decodeRules(text)).toBeUndefined();
  });

  test('never throw, whatever the text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decodeRules(text)));
  });
});
