// A test runner for Stryker: it bundles the tests of a floor once, and plays them in its own process for each mutant,
// in a fresh copy of all modules. Starting vitest for each of thousands of mutants would take hours.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { build } from 'esbuild';

// A test that finishes later than this never will; none takes a tenth of it.
const TEST_LIMIT_MS = 10_000;
// Once a test has noticed a mutant, only tests quicker than this are asked whether they notice it, too.
const QUICK_MS = 100;
// The mutants are many: each property gets few runs, always the same ones, and the examples beside it do the rest.
const PROPERTY_RUNS = 4;
// What these cut and cut again, others cut once; each costs as much as all the rest of its floor.
const LEFT_OUT = /^(?:reads the same from every cut in two|of empty messages in one chunk of|takes a MiB of)/;
// The first run leaves here, in the copy of the project that it works in, how long each test takes.
const TIMES = 'test-times.json';

/** What was rejected and awaited by nobody: vitest would fail for it, too. */
let stray;

class BundleRunner {
  static inject = ['options'];
  #files;
  #script;
  #modules;
  /** How long each test takes in ms, by its id. */
  #times;

  constructor(options) {
    this.#files = options.testFiles.length > 0 ? options.testFiles : JSON.parse(process.env.MUTATION_TESTS);
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    process.on('unhandledRejection', (error) => {
      stray ??= error;
    });
    this.#script = new Script(await bundle(this.#files));
    const real = await import('fast-check');
    const assert = (property, parameters = {}) =>
      real.assert(property, { ...parameters, numRuns: PROPERTY_RUNS, seed: 1 });
    this.#modules = { 'fast-check': { ...real, assert }, '@vitest/expect': await import('@vitest/expect') };
  }

  async dryRun() {
    const state = this.#state();
    state.activeMutant = state.hitLimit = state.hitCount = state.currentTestId = undefined;
    state.mutantCoverage = { static: {}, perTest: {} };
    const { tests, runTest } = this.#load();
    const results = [];
    for (const test of tests) {
      state.currentTestId = test.id;
      const start = performance.now();
      const failure = await failureOf(runTest(test));
      const timeSpentMs = performance.now() - start;
      results.push(resultOf(test, timeSpentMs, failure));
    }
    state.currentTestId = undefined;
    writeFileSync(TIMES, JSON.stringify(Object.fromEntries(results.map(({ id, timeSpentMs }) => [id, timeSpentMs]))));
    return { status: 'complete', tests: results, mutantCoverage: state.mutantCoverage };
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
    const state = this.#state();
    state.hitCount = 0;
    state.hitLimit = hitLimit;
    state.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined;
    const wanted = testFilter && new Set(testFilter);
    const killedBy = [];
    let isBroken = false;
    let failureMessage = '';
    let nrOfTests = 0;
    try {
      const { tests, runTest, failure: broken } = this.#loadFor(activeMutant.id);
      isBroken = broken !== undefined;
      failureMessage = broken ?? '';
      const quickFirst = tests
        .filter(({ id }) => wanted?.has(id) ?? true)
        .sort((a, b) => this.#timeOf(a) - this.#timeOf(b));
      for (const test of quickFirst) {
        if (killedBy.length > 0 && this.#timeOf(test) > QUICK_MS) break;
        const failure = await failureOf(runTest(test));
        nrOfTests++;
        if (state.hitCount > hitLimit) break;
        if (failure === undefined) continue;
        killedBy.push(test.id);
        failureMessage ||= failure;
      }
    } catch (error) {
      if (!(state.hitCount > hitLimit)) return { status: 'error', errorMessage: String(error?.stack) };
    }
    state.activeMutant = undefined;
    if (killedBy.length > 0 || isBroken) return { status: 'killed', killedBy, failureMessage, nrOfTests };
    if (state.hitCount > hitLimit) return { status: 'timeout', reason: `Hit limit reached (${hitLimit})` };
    return { status: 'survived', nrOfTests };
  }

  /** Loads all, and has the mutant act from the start or from now on. */
  #loadFor(mutant) {
    const state = this.#state();
    try {
      const loaded = this.#load();
      state.activeMutant = mutant;
      return loaded;
    } catch (error) {
      // It keeps the tests from loading at all, which is noticed, though by none of them: let them load, and tell, too.
      state.activeMutant = undefined;
      const loaded = this.#load();
      state.activeMutant = mutant;
      return { ...loaded, failure: `the tests do not load: ${error}` };
    }
  }

  /** What the instrumented code and the runner share. */
  #state() {
    globalThis.__stryker__ ??= {};
    return globalThis.__stryker__;
  }

  #timeOf({ id }) {
    this.#times ??= existsSync(TIMES) ? JSON.parse(readFileSync(TIMES, 'utf8')) : {};
    return this.#times[id] ?? 0;
  }

  /** Fresh copies of the tests and of all that they import. */
  #load() {
    const require = createRequire(join(process.cwd(), 'package.json'));
    const module = { exports: {} };
    this.#script.runInThisContext()((name) => this.#modules[name] ?? require(name), module);
    return module.exports;
  }
}

/** A function of `require` and `module` that registers the tests of all these files. */
async function bundle(files) {
  const contents = `
    const { runTest, takeTests } = require('./test/runtimes/vitest.ts');
    const tests = [];
    const take = (file) => {
      for (const test of takeTests().filter(({ titles }) => !${LEFT_OUT}.test(titles.at(-1)))) {
        tests.push({ ...test, file, id: file + '#' + tests.length, title: test.titles.join(' ') });
      }
    };
    ${files.map((file) => `require('./${file}'); take('${file}');`).join('\n')}
    module.exports = { tests, runTest };`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'js' },
    alias: { vitest: join(process.cwd(), 'test/runtimes/vitest.ts') },
    plugins: [{ name: 'places', setup: (esbuild) => esbuild.onLoad({ filter: /\.test\.ts$/ }, withPlaces) }],
    external: ['fast-check', '@vitest/expect'],
    bundle: true,
    ignoreAnnotations: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    write: false,
  });
  return `(function (require, module) {${outputFiles[0].text}\n})`;
}

/** A bundle has one `import.meta.url`; the files in it have theirs. */
function withPlaces({ path }) {
  const text = readFileSync(path, 'utf8');
  return { contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' };
}

/** What a test failed with, or undefined when it passed. */
async function failureOf(running) {
  stray = undefined;
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the test does not finish')), TEST_LIMIT_MS);
  });
  try {
    await Promise.race([running, late]);
    await new Promise(setImmediate);
    return stray === undefined ? undefined : String(stray);
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  } finally {
    clearTimeout(timer);
  }
}

function resultOf({ id, title, file }, timeSpentMs, failureMessage) {
  const result = { id, name: title, timeSpentMs, fileName: join(process.cwd(), file) };
  return failureMessage === undefined ? { ...result, status: 0 } : { ...result, status: 1, failureMessage };
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'bundle', injectableClass: BundleRunner }];
