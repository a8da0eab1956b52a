import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const found = [process.env.PYTHON, '/usr/bin/python3', 'python3'].find(
  (command) => command !== undefined && spawnSync(command, ['-c', 'import websockets']).status === 0,
);

/** Whether the tests against Python's `websockets` run here: also without it where it is required, to fail there. */
export const pythonTestsRun: boolean = found !== undefined || Boolean(process.env.CI);

/** What to add to the name of a suite, so that a skipped one says why. */
export const pythonReason: string = pythonTestsRun ? '' : ' (skipped: no python3-websockets here; set PYTHON)';

const SCRIPT = fileURLToPath(new URL('deflate-peer.py', import.meta.url));

/** A Python process at the other end. */
export interface PythonPeer {
  /** Hands it a value as one line of JSON. */
  send(value: unknown): void;
  /** The next line that it prints. */
  line(): Promise<string>;
}

/** Starts the peer; it is gone after the test. */
export function startPython(...args: string[]): PythonPeer {
  if (found === undefined)
    throw new Error('No Python with websockets found: install python3-websockets, or set PYTHON.');
  const child = spawn(found, [SCRIPT, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += String(chunk);
  });
  onTestFinished(() => {
    child.kill();
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    send: (value) => child.stdin.write(`${JSON.stringify(value)}\n`),
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`Python ended: ${complaints}`);
      return value;
    },
  };
}
