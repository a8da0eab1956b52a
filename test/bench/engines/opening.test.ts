import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDescriptors, descriptorLimit, openAll, sizeOf, WAVE } from '../../../src/bench/engines/opening.ts';
import { Recorder } from '../../../src/bench/engines/recorder.ts';
import { belongsToShare, globalIndex, shareOf } from '../../../src/bench/engines/share.ts';
import { LoadError } from '../../../src/bench/load/load-error.ts';

describe('opening many connections', () => {
  it('opens all of them, never more than a wave at a time', async () => {
    let [under, most, opened] = [0, 0, 0];
    await openAll(
      1000,
      async () => {
        most = Math.max(most, ++under);
        await new Promise((resolve) => setImmediate(resolve));
        under--;
        opened++;
      },
      new Recorder(),
    );
    expect({ opened, most }).toEqual({ opened: 1000, most: WAVE });
  });

  it('counts by kind what does not open, and goes on with the others', async () => {
    const recorder = new Recorder();
    const open = async (index: number): Promise<void> => {
      if (index % 2 === 0) throw new LoadError('refused', 'nobody listens');
    };
    await openAll(10, open, recorder);
    expect(recorder.take().errors).toEqual({ refused: 5 });
  });

  it('fails with the first reason when nothing opens', async () => {
    const refuse = async (index: number): Promise<void> => {
      throw new LoadError('refused', `refusal ${index}`);
    };
    await expect(openAll(3, refuse, new Recorder())).rejects.toThrow('refusal 0');
  });

  it.each([
    ['no ports', 'ip_local_port_range'],
    ['no descriptors', 'ulimit -n'],
  ])('stops at the first error of the kind %s, with the remedy', async (kind, remedy) => {
    let asked = 0;
    const open = async (index: number): Promise<void> => {
      asked++;
      await new Promise((resolve) => setImmediate(resolve));
      if (index >= 5) throw new LoadError(kind, 'it ran out');
    };
    await expect(openAll(10_000, open, new Recorder())).rejects.toThrow(remedy);
    expect(asked).toBeLessThan(3 * WAVE);
  });

  it('says before it begins that the limit of descriptors is too low, and what to do', () => {
    expect(() => checkDescriptors(10_000, 1024)).toThrow(
      /10000 connections need \d+ descriptors, but ulimit -n is 1024; .*ulimit -n 65536/,
    );
    expect(() => checkDescriptors(10_000, 20_000)).not.toThrow();
  });

  it('reads the limit that binds this process', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ws101-limits-'));
    const file = join(folder, 'limits');
    writeFileSync(
      file,
      'Limit   Soft Limit  Hard Limit  Units\nMax open files            1024                 4096                 files\n',
    );
    expect(descriptorLimit(file)).toBe(1024);
    writeFileSync(file, 'Max open files            unlimited            unlimited            files\n');
    expect(descriptorLimit(file)).toBe(Infinity);
    rmSync(folder, { recursive: true });
    expect(descriptorLimit(file)).toBe(Infinity);
  });

  it('takes sizes alone for messages that are numbered', () => {
    expect(sizeOf({ scenario: 'fanout', source: { kind: 'size', bytes: 64 } })).toBe(64);
    expect(() => sizeOf({ scenario: 'fanout', source: { kind: 'file', path: 'x' } })).toThrow(
      'give a size, not a file',
    );
  });
});

describe('sharing work among workers', () => {
  it('gives every connection to exactly one worker', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 9 }), (total, workers) => {
        const all = Array.from({ length: workers }, (_, worker) =>
          Array.from({ length: shareOf(total, { worker, workers }) }, (_, local) =>
            globalIndex(local, { worker, workers }),
          ),
        ).flat();
        expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, index) => index));
      }),
    );
  });

  it('takes a share of any number of things, rounded down', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 0, max: 100 }), (total, percent) => {
        const members = Array.from({ length: total }, (_, index) => index).filter((index) =>
          belongsToShare(index, percent / 100),
        );
        expect(members).toHaveLength(Math.floor((total * percent) / 100));
      }),
    );
  });
});
