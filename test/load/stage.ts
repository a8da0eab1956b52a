import { Child } from './child.ts';
import { mib } from './drill.ts';
import { forgetPeak, type Memory, memoryOf } from './memory.ts';
import type { ServerReport, ServerSettings } from './servers/report.ts';

/** The servers that a drill can put under load. */
export type Make = 'ws101' | 'ws';

/** How much memory a server took under load, in bytes. */
export interface Growth {
  readonly bytes: number;
  /** With everything that it held before. */
  readonly peak: number;
}

/** {@link Growth}, for people. */
export function grown({ bytes, peak }: Growth): string {
  return `${mib(bytes)} to ${mib(peak)}`;
}

/** A server in a process of its own, and the clients that were started against it. */
export class Stage {
  readonly port: number;
  readonly #server: Child;
  readonly #clients: Child[] = [];
  #before: Memory = { now: 0, peak: 0 };

  constructor(server: Child, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** A program of `test/load/clients/` in a process of its own. */
  async client(name: string): Promise<Child> {
    const client = await Child.start(`clients/${name}.ts`);
    this.#clients.push(client);
    return client;
  }

  /** Lets the server do ordinary work and collect its garbage; what it holds then is what growth is counted from. */
  async warmUp(payloadBytes: number, totalBytes: number): Promise<void> {
    const client = await this.client('echoes');
    await client.ask('exchange', this.port, payloadBytes, totalBytes);
    await client.stop();
    await this.settle();
  }

  /** Collects garbage in the server; from here on growth and blocking are counted. */
  async settle(): Promise<void> {
    await this.#server.ask('collect');
    await this.#server.ask('reset');
    forgetPeak(this.#server.pid);
    this.#before = memoryOf(this.#server.pid);
  }

  /** By how many bytes the server's memory grew at most since {@link settle}, and to how many, as the kernel counts it. */
  growth(): Growth {
    const { peak } = memoryOf(this.#server.pid);
    return { bytes: peak - this.#before.now, peak };
  }

  report(): Promise<ServerReport> {
    return this.#server.ask<ServerReport>('report');
  }

  /** Sends messages to the room: so many of so many bytes, one every so many milliseconds. */
  publish(bytes: number, count: number, everyMs: number): Promise<void> {
    return this.#server.ask('publish', bytes, count, everyMs);
  }

  /** Reports until `holds` of the report, or the time is over; gives the last one. */
  async reportOnce(holds: (report: ServerReport) => boolean, withinMs: number): Promise<ServerReport> {
    const until = performance.now() + withinMs;
    for (;;) {
      const report = await this.report();
      if (holds(report) || performance.now() > until) return report;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#server, ...this.#clients].map((child) => child.stop()));
  }
}

const POLL_MS = 50;

/** Starts a server of this make, lets `use` put it under load, and leaves no process behind. */
export async function onStage<Result>(
  make: Make,
  settings: ServerSettings,
  use: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const server = await Child.start('servers/main.ts', make, JSON.stringify(settings));
  const stage = new Stage(server, await server.ask<number>('port'));
  try {
    return await use(stage);
  } finally {
    await stage.stop();
  }
}
