import { wire } from '../../docs/tutorial/wire.ts';
import { inspect } from '../../src/cli/inspect.ts';
import type { BrokenServer } from '../../src/conformance/index.ts';
import type { Inspector } from '../../src/inspector/index.ts';
import type { Command } from './page.ts';
import { RunningStep } from './running-step.ts';

type Change = (path: string, source: string) => string;

/** Runs the commands of a page. The ports that the page names stand for ports of its own. */
export class Stage {
  readonly #servers = new Map<string, RunningStep>();
  readonly #paths = new Map<string, string>();
  readonly #change: Change | undefined;
  readonly #ports: Map<string, number>;
  #broken: BrokenServer | undefined;
  #inspector: Inspector | undefined;
  #latest: RunningStep | undefined;

  /**
   * @param change what servers are changed by before they run
   * @param ports of servers that run already, by the ports of the page
   */
  constructor(change?: Change, ports: ReadonlyMap<string, number> = new Map()) {
    this.#change = change;
    this.#ports = new Map(ports);
  }

  /** What a reader sees after this command, with the ports of the page. */
  async run(command: string): Promise<string> {
    const [program = '', ...args] = wordsOf(command);
    if (program === 'ws101') return this.#command(args);
    const [tsx, path = '', port = '8080', ...rest] = args;
    if (program !== 'npx' || tsx !== 'tsx') throw new Error(`nobody knows how to run: ${command}`);
    if (path === 'docs/tutorial/wire.ts') return wire(this.#ports.get(port) ?? (await this.server(port)).port, rest);
    this.#paths.set(port, path);
    await this.server(port);
    return `listening on { address: '127.0.0.1', family: 'IPv4', port: ${port} }`;
  }

  async #command(args: readonly string[]): Promise<string> {
    const [name, ...rest] = args;
    if (name === 'echo') return this.#break(args);
    if (name === 'connect') return this.#connect(rest);
    return rest.includes('--target') ? this.#inspect(rest) : outputOf(rest);
  }

  /** `ws101 connect … ws://HOST:PORT/`, in this process. */
  async #connect(args: readonly string[]): Promise<string> {
    const { connectByHand } = await import('../cli/by-hand.ts');
    const [, port = ''] = /:(\d+)\/$/.exec(args.at(-1) ?? '') ?? [];
    const own = this.#ports.get(port) ?? (await this.server(port)).port;
    const { stdout, stderr } = await connectByHand(args.map((arg) => arg.replace(`:${port}/`, `:${own}/`)));
    return (stdout + stderr).replaceAll(`:${own}`, `:${port}`);
  }

  /** `ws101 inspect --target ws://HOST:PORT/ --port OWN`, in this process; in place of the one before. */
  async #inspect([, target = '', , port = '']: readonly string[]): Promise<string> {
    const { createInspector } = await import('../../src/inspector/index.ts');
    const [, before = ''] = /:(\d+)\/$/.exec(target) ?? [];
    const own = this.#ports.get(before) ?? (await this.server(before)).port;
    await this.#inspector?.close();
    this.#inspector = await createInspector({ target: target.replace(`:${before}/`, `:${own}/`) });
    this.#ports.set(port, (await this.#inspector.listen({ host: '127.0.0.1', port: 0 })).port);
    const page = `http://localhost:${port}/`;
    return `inspector at ${page} shows what passes between ${page.replace('http', 'ws')} and ${target}`;
  }

  /** The port that stands for one of the page. */
  portOf(port: string): number | undefined {
    return this.#ports.get(port);
  }

  /** `ws101 echo --port PORT --break NAME`, in this process; in place of the one before. */
  async #break([, , port = '', , name = '']: readonly string[]): Promise<string> {
    const { BrokenServer, switchNamed } = await import('../../src/conformance/index.ts'); // only the lab needs it
    const broken = switchNamed(name);
    if (broken === undefined) throw new Error(`no rule is called ${name}`);
    await this.#broken?.shutdown();
    this.#broken = new BrokenServer([broken]);
    this.#ports.set(port, (await this.#broken.listen()).port);
    return `listening on ws://localhost:${port}/, broken: ${name}`;
  }

  /** The server behind a port of the page; started anew when it has ended. */
  async server(port: string = '8080'): Promise<RunningStep> {
    const running = this.#servers.get(port);
    if (running !== undefined && !running.hasEnded) {
      this.#latest = running;
      return running;
    }
    await running?.stop();
    const path = this.#paths.get(port);
    if (path === undefined) throw new Error(`no server was started on port ${port}`);
    const change = this.#change;
    const started =
      change === undefined
        ? await RunningStep.start(path)
        : await RunningStep.startChanged(path, (source) => change(path, source));
    this.#servers.set(port, started);
    this.#latest = started;
    return started;
  }

  /** The server that a command spoke to last. */
  get latest(): RunningStep {
    if (this.#latest === undefined) throw new Error('no server was started');
    return this.#latest;
  }

  async strike(): Promise<void> {
    await this.#inspector?.close();
    await this.#broken?.shutdown();
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
  }
}

/** The outputs of the commands that show bytes, without those that start a server. */
export function isWire({ command }: Command): boolean {
  return command.includes('/wire.ts ');
}

function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

async function outputOf(args: readonly string[]): Promise<string> {
  let output = '';
  const stream = { write: (text: string) => (output += text) };
  await inspect.run(args, { stdout: stream, stderr: stream });
  return output;
}
