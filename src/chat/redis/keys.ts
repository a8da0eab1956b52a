/** The names that the rooms have in Redis. All keys of one room share a `{room}` tag. */
export class RedisKeys {
  /** The set of all rooms but mailboxes, by the time until which they are kept. */
  readonly rooms: string;
  /** The set of the listed rooms. */
  readonly listed: string;
  /** The set of nodes, by the time until which they count as alive. */
  readonly nodes: string;
  readonly prefix: string;

  /** `prefix` keeps apart what shares one Redis; it has no braces. */
  constructor(prefix: string) {
    if (!/^[A-Za-z0-9_.:-]{1,64}$/.test(prefix)) throw new RangeError(`no prefix for keys: ${JSON.stringify(prefix)}`);
    this.prefix = prefix;
    this.rooms = `${prefix}rooms`;
    this.listed = `${prefix}listed`;
    this.nodes = `${prefix}nodes`;
  }

  /** Where the names of a room's keys begin, and the name of its channel. */
  room(room: string): string {
    return `${this.prefix}{${room}}`;
  }

  /** The room whose channel this is, if it is one. */
  roomOf(channel: string): string | undefined {
    const inside = channel.startsWith(`${this.prefix}{`) && channel.endsWith('}');
    return inside ? channel.slice(this.prefix.length + 1, -1) : undefined;
  }

  /** The channel of words to one node. */
  node(node: string): string {
    return `${this.prefix}node:${node}`;
  }

  record(key: string): string {
    return `${this.prefix}record:${key}`;
  }
}

/** Whether a broker takes this as the name of a log. */
export function isLogName(name: string): boolean {
  return /^@?[A-Za-z0-9_-]{1,64}$/.test(name);
}

/** Whether the log is a mailbox: founded by whoever writes first, and kept longer. */
export function isMailbox(room: string): boolean {
  return room.startsWith('@');
}
