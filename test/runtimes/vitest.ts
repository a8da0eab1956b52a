// Stands in for vitest in runtimes where it does not run: its matchers, over tests that `runTests` runs in order.
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';

type Body = (...values: never[]) => unknown;
type Registrar = ((name: string, body: Body) => void) & {
  each(rows: readonly unknown[]): (name: string, body: Body) => void;
};

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

const tests: { readonly name: string; readonly body: Body }[] = [];
const suites: string[] = [];
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

export const it: Registrar = withEach((name, body) => {
  tests.push({ name: [...suites, name].join(' > '), body });
});

export const test: Registrar = it;

export const describe: Registrar = withEach((name, body) => {
  suites.push(name);
  body();
  suites.pop();
});

function withEach(register: (name: string, body: Body) => void): Registrar {
  const each = (rows: readonly unknown[]) => (name: string, body: Body) => {
    rows.forEach((row, i) => {
      const values = (Array.isArray(row) ? row : [row]) as never[];
      register(`${name} [${i}]`, () => body(...values));
    });
  };
  return Object.assign(register, { each });
}

/** Runs every test that was registered; gives how many passed, and one line for each that failed. */
export async function runTests(): Promise<{ passed: number; failures: string[] }> {
  let passed = 0;
  const failures: string[] = [];
  for (const { name, body } of tests) {
    asserted = 0;
    demanded = undefined;
    try {
      await body();
      if (demanded !== undefined && asserted !== demanded) throw new Error(`${asserted} assertions, not ${demanded}`);
      passed++;
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { passed, failures };
}
