import { type Interval, medianInterval } from '../src/bench/stats/bootstrap.ts';
import { pairedRatio } from '../src/bench/stats/ratio.ts';
import { formatBytes, formatInterval, formatNumber, formatRatio, formatShare } from '../src/report/index.ts';
import type { ContestResult } from './codec/contest.ts';
import type { ContenderResult, RowResult } from './results.ts';

/** What a contender is to reach beside another one; numbers are ratios, or bytes where it says so. */
export interface Goal {
  readonly contender: string;
  readonly base: string;
  readonly wants: 'at least' | 'at most' | 'at most more bytes';
  readonly value: number;
  /** Further than what is promised. */
  readonly isAim: boolean;
}

/** A goal beside what was measured; the interval's ends are NaN with too few runs. */
export interface Judged {
  readonly goal: Goal;
  readonly measured: Interval;
  readonly says: 'met' | 'missed' | 'not known';
  /** How far off the middle value is: a share of the goal, or bytes; 0 when it is met. */
  readonly missedBy: number;
}

const SEED = 1;
const OWN = ['ws101'];
const HANDLERS = ['ws101', 'ws101 borrow'];

const goals = (contenders: readonly string[], ...parts: readonly Omit<Goal, 'contender'>[]): Goal[] =>
  contenders.flatMap((contender) => parts.map((part) => ({ contender, ...part })));
const least = (value: number, base: string): Omit<Goal, 'contender'> => ({
  ...{ base, wants: 'at least', value, isAim: false },
});
const aim = (part: Omit<Goal, 'contender'>): Omit<Goal, 'contender'> => ({ ...part, isAim: true });

const PIPELINED = 32;
const ROOM_ALONE = goals(OWN, least(1.15, 'ws'), least(0.92, 'raw'), aim(least(0.98, 'raw')));
const ROOM_BUSY = goals(OWN, least(8, 'ws'), least(0.85, 'raw'), aim(least(1, 'Bun')));
const DEFLATE = goals(OWN, least(4, 'ws'), aim(least(5, 'ws')));
const LARGE = least(1.3, 'ws + bufferutil');

/** By the names of rows; a row that is not here has none of its own. */
const GOALS: Readonly<Record<string, readonly Goal[]>> = {
  'echo-32-depth-1': goals(HANDLERS, least(1.15, 'ws'), least(0.9, 'raw'), aim(least(0.97, 'raw'))),
  [`echo-32-depth-${PIPELINED}`]: [
    ...goals(OWN, least(8, 'ws'), least(0.45, 'raw'), aim(least(0.6, 'raw'))),
    ...goals(['ws101 borrow'], least(12, 'ws'), least(0.7, 'raw'), aim(least(1, 'Bun'))),
    ...goals(['ws101 loop'], least(4, 'ws'), least(0.25, 'raw'), aim(least(0.35, 'raw'))),
  ],
  [`echo-32-depth-${PIPELINED}-text`]: goals(OWN, least(7, 'ws'), least(0.4, 'raw')),
  'echo-16k': goals(HANDLERS, least(3, 'ws'), LARGE, least(0.55, 'raw'), aim(least(1.3, 'Bun'))),
  'echo-1m': goals(HANDLERS, least(3.5, 'ws'), LARGE, least(0.5, 'raw'), aim(least(1.3, 'Bun'))),
  'room-500-depth-1': ROOM_ALONE,
  'room-500-depth-1-binary': ROOM_ALONE,
  'room-500-depth-8': ROOM_BUSY,
  'room-500-depth-8-binary': ROOM_BUSY,
  handshakes: goals(OWN, least(1.5, 'ws'), least(0.75, 'raw'), aim(least(1, 'Deno'))),
  idle: goals(
    OWN,
    { base: 'ws', wants: 'at most', value: 0.8, isAim: false },
    { base: 'raw', wants: 'at most more bytes', value: 1024, isAim: false },
    { base: 'raw', wants: 'at most more bytes', value: 512, isAim: true },
  ),
  'deflate-takeover': DEFLATE,
  'deflate-no-takeover': DEFLATE,
};

/** The goals of a row beside what it came to; those whose contenders did not take part are left out. */
export function judgeRow({ row, contenders }: Pick<RowResult, 'row' | 'contenders'>): Judged[] {
  return (GOALS[row] ?? []).flatMap((goal) => {
    const [own, base] = [goal.contender, goal.base].map((name) => contenders.find((one) => one.name === name));
    return own === undefined || base === undefined ? [] : [judge(goal, measure(goal, own, base))];
  });
}

/** The goals of the codec by itself: how many times as fast as others it is. */
export function judgeCodec(contests: readonly ContestResult[]): (Judged & { readonly contest: string })[] {
  const wanted: readonly (readonly [contest: string, behind: RegExp, part: Omit<Goal, 'contender'>])[] = [
    ['parse 32 B, masked', /^ws .*Receiver/, least(5, '')],
    ['mask 64 KiB', /Int32Array/, least(3, '')],
    ['mask 64 KiB', /^bufferutil/, aim(least(0.8, ''))],
  ];
  return wanted.flatMap(([contest, behind, part]) => {
    const contenders = contests.find(({ name }) => name === contest)?.contenders ?? [];
    const base = contenders.find(({ name }) => behind.test(name));
    const first = contenders[0];
    if (base === undefined || first === undefined) return [];
    const measured = { middle: base.behind, low: base.low ?? Number.NaN, high: base.high ?? Number.NaN };
    return [{ contest, ...judge({ ...part, contender: first.name, base: base.name }, measured) }];
  });
}

function measure({ wants }: Goal, own: ContenderResult, base: ContenderResult): Interval {
  const [values, others] = [own, base].map((one) => one.values.map((value) => value ?? Number.NaN));
  if (values === undefined || others === undefined) throw new Error('a goal is about two contenders');
  if (wants !== 'at most more bytes') return pairedRatio(values, others, SEED);
  const pairs = Math.min(values.length, others.length);
  const more = Array.from({ length: pairs }, (_, run) => (values[run] ?? Number.NaN) - (others[run] ?? Number.NaN));
  return medianInterval(more, SEED);
}

/** Met when the interval reaches it. */
export function judge(goal: Goal, measured: Interval): Judged {
  const { wants, value } = goal;
  const nearest = wants === 'at least' ? measured.high : -measured.low;
  if (Number.isNaN(nearest)) return { goal, measured, says: 'not known', missedBy: 0 };
  const isMet = nearest >= (wants === 'at least' ? value : -value);
  const off = wants === 'at most more bytes' ? measured.middle - value : Math.abs(measured.middle / value - 1);
  return { goal, measured, says: isMet ? 'met' : 'missed', missedBy: isMet ? 0 : off };
}

/** `ws101: at least 1.15 × ws`; an aim says that it is one. */
export function goalWords({ contender, base, wants, value, isAim }: Goal): string {
  const what =
    wants === 'at most more bytes' ? `at most ${base} + ${formatBytes(value)}` : `${wants} ${value} × ${base}`;
  return `${contender}: ${what}${isAim ? ' (an aim)' : ''}`;
}

/** `1.32 [1.28, 1.40]`. */
export function measuredWords({ goal, measured: { middle, low, high } }: Judged): string {
  const isBytes = goal.wants === 'at most more bytes';
  const interval = Number.isNaN(low) ? '' : ` ${formatInterval(low, high, isBytes ? 'bytes' : 'ratio')}`;
  const more = `${goal.base} ${middle < 0 ? '-' : '+'} ${formatBytes(Math.abs(middle))}`;
  return `${isBytes ? more : formatRatio(middle)}${interval}`;
}

/** `met`, or by how much it was missed. */
export function verdictWords({ goal: { wants }, says, missedBy }: Judged): string {
  if (says !== 'missed') return says;
  return `missed by ${wants === 'at most more bytes' ? formatBytes(missedBy) : formatShare(missedBy)}`;
}

/** How many were met, in a sentence. */
export function countWords(judged: readonly Judged[]): string {
  if (judged.every(({ says }) => says === 'not known')) return 'There were too few runs to judge any of them.';
  const count = (isAim: boolean): string => {
    const known = judged.filter(({ goal, says }) => goal.isAim === isAim && says !== 'not known');
    return `${formatNumber(known.filter(({ says }) => says === 'met').length)} of ${formatNumber(known.length)}`;
  };
  return `${count(false)} goals are met, and ${count(true)} aims beyond them.`;
}
