import { describe, expect, it } from 'vitest';
import {
  parseHostTicks,
  parseKilobytes,
  parsePressure,
  parseProcessStat,
  parseSchedstat,
} from '../../../src/bench/run/proc-text.ts';

const STAT =
  '4711 (a) (b c) S 4700 4711 4710 0 -1 4194560 812 99 0 0 150 25 30 5 20 0 11 0 88123 1130700800 12000 18446744073709551615 1 1 0';

describe('the text of /proc', () => {
  it('of a process tells its parent, session and CPU times, whatever its name is', () => {
    expect(parseProcessStat(STAT)).toEqual({
      parent: 4700,
      session: 4710,
      startedAt: 88_123,
      cpuNs: 1_750_000_000,
      endedChildrenCpuNs: 350_000_000,
    });
  });

  it.each(['', '4711 (sh', '4711 (sh) S 1 2', 'nonsense'])('of no process (%j) tells nothing', (text) => {
    expect(parseProcessStat(text)).toBeUndefined();
  });

  it('of a thread tells its nanoseconds', () => {
    expect(parseSchedstat('980800123 5231 77\n')).toBe(980_800_123);
    expect(parseSchedstat('')).toBeNaN();
    expect(parseSchedstat('none')).toBeNaN();
  });

  it('of memory tells bytes', () => {
    const status = 'Name:\tnode\nVmHWM:\t   60000 kB\nVmRSS:\t   50000 kB\nRssAnon:\t 10 kB\n';
    expect(parseKilobytes(status, 'VmHWM')).toBe(60_000 * 1024);
    expect(parseKilobytes(status, 'VmRSS')).toBe(50_000 * 1024);
    expect(parseKilobytes('5500 r--p [rollup]\nRss:      1234 kB\nPss: 12 kB\n', 'Rss')).toBe(1234 * 1024);
    expect(parseKilobytes(status, 'VmSwap')).toBeNaN();
  });

  it('of the host tells all, idle and stolen time, and counts that of guests once', () => {
    const text = 'cpu  100 5 50 800 20 3 7 15 40 2\ncpu0 100 5 50 800 20 3 7 15 40 2\n';
    expect(parseHostTicks(text)).toEqual({ total: 1000, idle: 820, steal: 15 });
    expect(parseHostTicks('intr 5')).toBeUndefined();
  });

  it('of an old host without steal tells 0 for it', () => {
    expect(parseHostTicks('cpu 10 0 10 80\n')).toEqual({ total: 100, idle: 80, steal: 0 });
  });

  it('of pressure tells for how long something waited', () => {
    const text = 'some avg10=29.99 avg60=19.81 total=4051171592\nfull avg10=0.00 avg60=0.00 total=7\n';
    expect(parsePressure(text)).toBe(4_051_171_592);
    expect(parsePressure('')).toBeNaN();
  });
});
