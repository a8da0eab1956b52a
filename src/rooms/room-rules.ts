/** What somebody may do in a room, most first. */
export type Role = 'owner' | 'moderator' | 'member';

/**
 * The rules of one room: who may do what. A value that never changes; {@link moderate} gives new ones.
 *
 * Users are named by their ids, those who are banned by subjects: strings that the application makes of an id, a name or an address.
 */
export interface RoomRules {
  /** The id of the owner; empty if the room has none. */
  readonly owner: string;
  readonly moderators: readonly string[];
  /** Whether only the owner, moderators and those invited may come in, and no list shows the room. */
  readonly private: boolean;
  readonly invited: readonly string[];
  /** Subjects, and until when in milliseconds since 1970; `Infinity` for good. */
  readonly bans: ReadonlyMap<string, number>;
  /** Ids of users who may listen only, and until when. */
  readonly mutes: ReadonlyMap<string, number>;
  /** Slow mode: the least time between two messages of one member, in milliseconds; 0 for none. Owner and moderators are free. */
  readonly slowMs: number;
}

/** How many moderators, invited, bans and mutes one room remembers; ended bans and mutes are forgotten first. */
export const RULES_LIMITS: Readonly<Record<'moderators' | 'invited' | 'bans' | 'mutes', number>> = Object.freeze({
  moderators: 50,
  invited: 500,
  bans: 500,
  mutes: 500,
});

/** What the owner or a moderator does. `user` is the id of whom it is done to. */
export type RuleAction =
  | { readonly action: 'kick'; readonly user: string }
  /** `subjects` are what to recognise the user by; `until` is in milliseconds since 1970 or `Infinity`. */
  | { readonly action: 'ban'; readonly user: string; readonly subjects: readonly string[]; readonly until: number }
  | { readonly action: 'unban'; readonly subjects: readonly string[] }
  | { readonly action: 'mute'; readonly user: string; readonly until: number }
  | { readonly action: 'unmute' | 'promote' | 'demote' | 'invite' | 'uninvite'; readonly user: string }
  | { readonly action: 'slow'; readonly everyMs: number }
  | { readonly action: 'private'; readonly on: boolean };

/** Why the rules of a room refuse something. */
export type RuleRefusal = 'banned' | 'private-room' | 'muted' | 'not-allowed' | 'too-many';

/** A "no" of the rules; `until` says how long it holds, if it ends. */
export interface RuleRefused {
  readonly refusal: RuleRefusal;
  readonly until?: number;
}

/** Rules for a new room. */
export function foundRules(owner: string, isPrivate: boolean = false): RoomRules {
  return {
    owner,
    moderators: [],
    private: isPrivate,
    invited: [],
    bans: new Map(),
    mutes: new Map(),
    slowMs: 0,
  };
}

/** What `user` is in the room. */
export function roleOf(rules: RoomRules, user: string): Role {
  if (user !== '' && user === rules.owner) return 'owner';
  return rules.moderators.includes(user) ? 'moderator' : 'member';
}

/** Why `user`, who is recognised by `subjects`, may not come in; undefined if it may. */
export function refuseEntry(
  rules: RoomRules,
  user: string,
  subjects: readonly string[],
  nowMs: number,
): RuleRefused | undefined {
  const role = roleOf(rules, user);
  if (role === 'owner') return undefined;
  const until = Math.max(0, ...subjects.map((subject) => rules.bans.get(subject) ?? 0));
  if (until > nowMs) return refused('banned', until);
  return rules.private && role === 'member' && !rules.invited.includes(user) ? { refusal: 'private-room' } : undefined;
}

/** Why `user` may not speak; undefined if it may. */
export function refuseSpeech(rules: RoomRules, user: string, nowMs: number): RuleRefused | undefined {
  const until = rules.mutes.get(user) ?? 0;
  return until > nowMs ? refused('muted', until) : undefined;
}

/** How long `user` has to wait between two messages. */
export function paceOf(rules: RoomRules, user: string): number {
  return roleOf(rules, user) === 'member' ? rules.slowMs : 0;
}

/** Whether somebody in the role of `actor` may do something to somebody in the role of `target`: only to those below. */
export function outranks(actor: Role, target: Role): boolean {
  return actor === 'owner' ? target !== 'owner' : actor === 'moderator' && target === 'member';
}

/**
 * Gives the rules after an action of somebody in the role of `actor`, or why not.
 *
 * Moderators do everything to members, except to make or unmake moderators, which is the owner's; nobody does anything to the owner.
 */
export function moderate(
  rules: RoomRules,
  actor: Role,
  action: RuleAction,
  nowMs: number,
): { readonly rules: RoomRules; readonly refusal?: undefined } | RuleRefused {
  if (!allowed(rules, actor, action)) return { refusal: 'not-allowed' };
  const next = changed(rules, action, nowMs);
  const counts = {
    moderators: next.moderators.length,
    invited: next.invited.length,
    bans: next.bans.size,
    mutes: next.mutes.size,
  };
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) {
    if (counts[name] > RULES_LIMITS[name]) return { refusal: 'too-many' };
  }
  return { rules: next };
}

function allowed(rules: RoomRules, actor: Role, action: RuleAction): boolean {
  if (actor === 'member') return false;
  if (action.action === 'promote' || action.action === 'demote') return actor === 'owner';
  if (action.action === 'kick' || action.action === 'ban' || action.action === 'mute' || action.action === 'unmute')
    return outranks(actor, roleOf(rules, action.user));
  return true;
}

function changed(rules: RoomRules, action: RuleAction, nowMs: number): RoomRules {
  switch (action.action) {
    case 'kick':
      return rules;
    case 'ban': {
      const bans = unexpired(rules.bans, nowMs);
      for (const subject of action.subjects) bans.set(subject, action.until);
      return {
        ...rules,
        bans,
        moderators: without(rules.moderators, action.user),
        invited: without(rules.invited, action.user),
      };
    }
    case 'unban': {
      const bans = unexpired(rules.bans, nowMs);
      for (const subject of action.subjects) bans.delete(subject);
      return { ...rules, bans };
    }
    case 'mute':
      return { ...rules, mutes: unexpired(rules.mutes, nowMs).set(action.user, action.until) };
    case 'unmute': {
      const mutes = unexpired(rules.mutes, nowMs);
      mutes.delete(action.user);
      return { ...rules, mutes };
    }
    case 'promote':
      return { ...rules, moderators: [...without(rules.moderators, action.user), action.user] };
    case 'demote':
      return { ...rules, moderators: without(rules.moderators, action.user) };
    case 'invite':
      return { ...rules, invited: [...without(rules.invited, action.user), action.user] };
    case 'uninvite':
      return { ...rules, invited: without(rules.invited, action.user) };
    case 'slow':
      return { ...rules, slowMs: action.everyMs };
    case 'private':
      return { ...rules, private: action.on };
  }
}

function refused(refusal: RuleRefusal, until: number): RuleRefused {
  return until === Infinity ? { refusal } : { refusal, until };
}

function without(list: readonly string[], item: string): string[] {
  return list.filter((other) => other !== item);
}

function unexpired(until: ReadonlyMap<string, number>, nowMs: number): Map<string, number> {
  return new Map([...until].filter(([, end]) => end > nowMs));
}
