import { afterEach, describe, expect, test } from 'vitest';
import { NOTICED_BY, switchRows } from '../../src/conformance/broken/noticed.ts';
import { BrokenServer } from '../../src/conformance/broken/server.ts';
import { SWITCHES, type SwitchName, switchNamed } from '../../src/conformance/broken/switches.ts';
import { ALL_CASES } from '../../src/conformance/cases/all.ts';
import { targetOf } from '../../src/conformance/dial.ts';
import type { ConformanceCase } from '../../src/conformance/model.ts';
import type { ServerTarget } from '../../src/conformance/opening.ts';
import type { CaseResult } from '../../src/conformance/result.ts';
import { runCaseOnServer } from '../../src/conformance/run-case.ts';
import { groupOf } from '../../src/conformance/select.ts';
import { passes } from '../../src/conformance/verdict.ts';

/** For what must come: long, since another process may have the machine. */
const PATIENT_MS = 15_000;
/** For what a broken server leaves out. To wait for less than is needed could only make a case fail that is to fail. */
const HASTY_MS = 300;

const GROUPS = ['1', '2', '3', '4', '5', '6', '7', '10', 'H', 'F', 'D'];
const servers: BrokenServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.shutdown()));
});

async function start(...switches: readonly SwitchName[]): Promise<ServerTarget> {
  const server = new BrokenServer(switches);
  servers.push(server);
  const { port } = await server.listen();
  return targetOf(`ws://127.0.0.1:${port}/`);
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const waiting = [...items];
  const results: Result[] = [];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) results.push(await work(item));
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return results;
}

function caseOf(number: string): ConformanceCase {
  const found = ALL_CASES.find((one) => one.number === number);
  if (found === undefined) throw new Error(`there is no case ${number}`);
  return found;
}

const told = ({ number, conversation, behavior, behaviorClose, reason, expected, got }: CaseResult): string =>
  `${number} ${conversation}: ${behavior}, ${behaviorClose}: ${reason}; expected ${expected}; got ${got}`;

describe('the broken echo server', () => {
  test('breaks at least 60 rules, each under a name of its own, with its section', () => {
    expect(SWITCHES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(SWITCHES.map(({ name }) => name)).size).toBe(SWITCHES.length);
    for (const { breaks, section } of SWITCHES) {
      expect(breaks).toMatch(/^[A-Z].+\.$/);
      expect(section).toMatch(/^RFC \d{4} §\d/);
    }
  });

  test('has a row for each of its switches, with the cases that notice it', () => {
    expect(switchRows()).toHaveLength(SWITCHES.length);
    for (const row of switchRows()) expect(row.every((cell) => cell !== '')).toBe(true);
    expect(switchNamed('masks-unchecked')).toBe('masks-unchecked');
    expect(switchNamed('no-such-rule')).toBeUndefined();
  });

  test('passes every case while no switch is on', { timeout: 120_000 }, async () => {
    const target = await start();
    const cases = ALL_CASES.filter((one) => one.testees.includes('server') && GROUPS.includes(groupOf(one.number)));
    expect(cases.length).toBeGreaterThan(400);
    const results = await inParallel(cases, (one) => runCaseOnServer(one, target, { timeoutMs: PATIENT_MS }));
    expect(results.filter((result) => !passes(result)).map(told)).toEqual([]);
  });

  test('is failed by every case that is to notice a switch, once it is on', { timeout: 120_000 }, async () => {
    const blind = await inParallel(SWITCHES, async ({ name }) => {
      const target = await start(name);
      const unseen: string[] = [];
      for (const number of NOTICED_BY[name]) {
        const result = await runCaseOnServer(caseOf(number), target, { timeoutMs: HASTY_MS });
        if (passes(result)) unseen.push(`${name}: ${told(result)}`);
      }
      return unseen;
    });
    expect(blind.flat()).toEqual([]);
  });
});
