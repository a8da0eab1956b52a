import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import * as redis from 'redis';
import { cuttableWay } from '../support/cuttable.ts';
import { type OwnRedis, ownRedis } from '../support/redis.ts';
import { until } from './settling.ts';

/**
 * What befalls Redis: `kill`, its process is killed and started again; `power-loss`, the same, and its file is as the disk had it a
 * while before; `failover`, it is killed, and a replica that has not had the last of it takes its place.
 */
export type Mishap = 'kill' | 'power-loss' | 'failover';

/** A Redis that is about to have a mishap, behind an address that follows a failover. */
export interface DoomedRedis {
  /** Where servers reach it. */
  readonly port: number;
  /** From here on nothing reaches the disk or the replica, as far as the mishap has it. */
  lag(): Promise<void>;
  strike(): Promise<void>;
  /** The ids of the entries that the log of a room has. */
  idsOf(room: string): Promise<ReadonlySet<string>>;
  remove(): Promise<void>;
}

const SYNC_MS = 20_000;

/** Starts one. */
export async function doomedRedis(mishap: Mishap, fsync: 'everysec' | 'always'): Promise<DoomedRedis> {
  const primary = await ownRedis(fsync);
  const replica = mishap === 'failover' ? await follow(primary, fsync) : undefined;
  const way = await cuttableWay(primary.port);
  let bytesOnDisk = 0;
  return {
    port: way.port,
    async lag() {
      await replica?.link.close();
      bytesOnDisk = statSync(logFile(primary)).size;
    },
    async strike() {
      await primary.stop('SIGKILL');
      if (replica) {
        await command(replica.own, ['REPLICAOF', 'NO', 'ONE']);
        way.leadTo(replica.own.port);
      } else {
        if (mishap === 'power-loss') truncateSync(logFile(primary), bytesOnDisk);
        await primary.start();
      }
      way.cut();
    },
    async idsOf(room) {
      const entries = await command(replica?.own ?? primary, ['XRANGE', `ws101:{${room}}:log`, '-', '+']);
      return new Set((entries as [string, string[]][]).map(([, row]) => row[row.indexOf('i') + 1] ?? ''));
    },
    async remove() {
      await way.close();
      await Promise.all([primary.remove(), replica?.own.remove()]);
    },
  };
}

/** Starts a replica that is level with its primary, by a link that can be cut for good. */
async function follow(primary: OwnRedis, fsync: 'everysec' | 'always') {
  const own = await ownRedis(fsync);
  const link = await cuttableWay(primary.port);
  // It would wait for 5 s whether more replicas come.
  await command(primary, ['CONFIG', 'SET', 'repl-diskless-sync-delay', '0']);
  await command(own, ['REPLICAOF', '127.0.0.1', `${link.port}`]);
  let level = false;
  const look = async (): Promise<void> => {
    level = String(await command(own, ['INFO', 'replication'])).includes('master_link_status:up');
  };
  let looking: Promise<void> | undefined;
  const isLevel = (): true | undefined => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return level || undefined;
  };
  if (!(await until(isLevel, SYNC_MS, 20))) throw new Error('the replica does not follow');
  await looking;
  return { own, link };
}

async function command({ url }: OwnRedis, words: readonly string[]): Promise<unknown> {
  const client = redis.createClient({ url, RESP: 2 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(words);
  } finally {
    client.destroy();
  }
}

function logFile({ folder }: OwnRedis): string {
  const files = join(folder, 'appendonlydir');
  return join(files, readdirSync(files).find((name) => name.endsWith('.incr.aof')) ?? '');
}
