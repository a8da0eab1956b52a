// Stands in for vitest in runtimes where it does not run: its matchers, over tests that `runTests` runs in order.
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';

type Body = (...values: never[]) => unknown;
type Registrar = ((name: string, body: Body) => void) & {
  each(rows: readonly unknown[]): (name: string, body: Body) => void;
};

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

/** A test that was registered. */
export interface RegisteredTest {
  /** The titles of the groups around it and its own, with placeholders as they are. */
  readonly titles: readonly string[];
  /** Tells apart what `each` makes of one title. */
  readonly name: string;
  readonly body: () => unknown;
}

const tests: RegisteredTest[] = [];
const suites: { readonly title: string; readonly name: string }[] = [];
let asserted = 0;
let demanded: number | undefined;

/** As in vitest, with the matchers that the tests of the portable floors use. */
export const expect: unknown = Object.assign(
  (value: unknown, message?: string) => {
    asserted++;
    return chai.expect(value, message);
  },
  chai.expect,
  {
    assertions(number: number): void {
      demanded = number;
    },
    unreachable(): never {
      throw new Error('a place was reached that must not be');
    },
  },
);

export const it: Registrar = withEach((title, body, row = '') => {
  const all = [...suites, { title, name: title + row }];
  const titles = all.map((one) => one.title);
  tests.push({ titles, name: all.map(({ name }) => name).join(' > '), body: body as () => unknown });
});

export const test: Registrar = it;

export const describe: Registrar = withEach((title, body, row = '') => {
  suites.push({ title, name: title + row });
  body();
  suites.pop();
});

function withEach(register: (title: string, body: Body, row?: string) => void): Registrar {
  const each = (rows: readonly unknown[]) => (title: string, body: Body) => {
    rows.forEach((row, i) => {
      const values = (Array.isArray(row) ? row : [row]) as never[];
      register(title, () => body(...values), ` [${i}]`);
    });
  };
  return Object.assign((title: string, body: Body) => register(title, body), { each });
}

/** What was registered since the last call, for who runs tests one by one. */
export function takeTests(): RegisteredTest[] {
  return tests.splice(0);
}

/** Runs one test; throws when it fails. */
export async function runTest({ body }: RegisteredTest): Promise<void> {
  asserted = 0;
  demanded = undefined;
  await body();
  if (demanded !== undefined && asserted !== demanded) throw new Error(`${asserted} assertions, not ${demanded}`);
}

/** Runs every test that was registered; gives how many passed, and one line for each that failed. */
export async function runTests(): Promise<{ passed: number; failures: string[] }> {
  let passed = 0;
  const failures: string[] = [];
  for (const test of tests) {
    try {
      await runTest(test);
      passed++;
    } catch (error) {
      failures.push(`${test.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { passed, failures };
}
