import type { ExportSource } from './downloads.ts';
import type { End, Entry } from './entry.ts';
import { MOST_SEGMENT_BYTES, packetOf, TcpFlag } from './packets.ts';

// pcapng blocks: section header, interface description, enhanced packet.
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
/** Packets are plain IPv4, without a link layer. */
const LINKTYPE_IPV4 = 228;

// A frame of more packets than this is not written to its end; the sequence numbers jump behind it.
const MOST_PACKETS_A_FRAME = 64;

const FIRST_CLIENT_PORT = 49_152;

/**
 * The entries as a capture for Wireshark: each head and frame becomes TCP packets between two made-up addresses, with the
 * sequence numbers that the bytes had in their direction. What was not kept of a long frame is missing from its packets, as in
 * a capture with a limited length, and what was forgotten shows as lost segments.
 */
export function toPcapng({ entries, startedAt, target }: ExportSource): Uint8Array {
  const blocks = [sectionHeader(), interfaceBlock()];
  const flows = new Map<number, Flow>();
  for (const entry of entries) {
    const flow = flows.get(entry.connection) ?? new Flow(entry.connection, portOf(target));
    flows.set(entry.connection, flow);
    for (const { bytes, length } of flow.packets(entry)) {
      blocks.push(packetBlock(bytes, length, startedAt + entry.atMs));
    }
  }
  return Buffer.concat(blocks);
}

interface Packet {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** One connection as TCP: a handshake before its first bytes, sequence numbers from 1 in each direction, and an end. */
class Flow {
  readonly #clientPort: number;
  readonly #serverPort: number;
  /** The offset behind the last byte of each end. */
  readonly #next: Record<End, number> = { client: 0, server: 0 };
  #begun = false;

  constructor(connection: number, serverPort: number) {
    this.#clientPort = FIRST_CLIENT_PORT + (connection % 16_000);
    this.#serverPort = serverPort;
  }

  *packets(entry: Entry): Generator<Packet> {
    if (!this.#begun) {
      this.#begun = true;
      yield* this.#handshake();
    }
    if (entry.kind === 'head') yield* this.#data(entry.from, this.#next[entry.from], entry.wire, entry.wire.length);
    if (entry.kind === 'frame') yield* this.#data(entry.from, entry.offset, entry.wire, entry.size);
    if (entry.kind === 'end') yield* this.#end();
  }

  *#handshake(): Generator<Packet> {
    const { SYN, ACK } = TcpFlag;
    yield this.#packet('client', 0, 0, SYN);
    yield this.#packet('server', 0, 1, SYN | ACK);
    yield this.#packet('client', 1, 1, ACK);
  }

  *#data(from: End, offset: number, kept: Uint8Array, size: number): Generator<Packet> {
    const packets = Math.min(MOST_PACKETS_A_FRAME, Math.ceil(size / MOST_SEGMENT_BYTES));
    const acknowledgment = 1 + this.#next[other(from)];
    for (let i = 0; i < packets; i++) {
      const start = i * MOST_SEGMENT_BYTES;
      const length = Math.min(MOST_SEGMENT_BYTES, size - start);
      const data = kept.subarray(start, start + length);
      const { PSH, ACK } = TcpFlag;
      yield this.#packet(from, 1 + offset + start, acknowledgment, PSH | ACK, data, length);
    }
    this.#next[from] = offset + size;
  }

  *#end(): Generator<Packet> {
    const { FIN, ACK } = TcpFlag;
    const [client, server] = [1 + this.#next.client, 1 + this.#next.server];
    yield this.#packet('client', client, server, FIN | ACK);
    yield this.#packet('server', server, client + 1, FIN | ACK);
    yield this.#packet('client', client + 1, server + 1, ACK);
  }

  #packet(
    from: End,
    sequence: number,
    acknowledgment: number,
    flags: number,
    data: Uint8Array = new Uint8Array(0),
    length: number = data.length,
  ): Packet {
    const ports = { clientPort: this.#clientPort, serverPort: this.#serverPort };
    return packetOf({ ...ports, from, sequence, acknowledgment, flags, data, length });
  }
}

function other(from: End): End {
  return from === 'client' ? 'server' : 'client';
}

// Wireshark takes port 80 for HTTP, and with it a WebSocket, without being told; with TLS ended here, the bytes are plain.
function portOf(target: string): number {
  const port = URL.canParse(target) ? Number(new URL(target).port) : 0;
  return port === 0 || port === 443 ? 80 : port;
}

function sectionHeader(): Uint8Array {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(0x1a2b3c4d, 0);
  body.writeUInt16LE(1, 4);
  body.writeBigInt64LE(-1n, 8);
  return block(SECTION_HEADER, body);
}

function interfaceBlock(): Uint8Array {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(LINKTYPE_IPV4, 0);
  return block(INTERFACE, body);
}

function packetBlock(bytes: Uint8Array, length: number, atMs: number): Uint8Array {
  const body = Buffer.alloc(20 + padded(bytes.length));
  const micros = BigInt(Math.round(atMs * 1000));
  body.writeUInt32LE(Number(micros >> 32n), 4);
  body.writeUInt32LE(Number(micros & 0xffffffffn), 8);
  body.writeUInt32LE(bytes.length, 12);
  body.writeUInt32LE(length, 16);
  body.set(bytes, 20);
  return block(ENHANCED_PACKET, body);
}

/** A block: its type, its length before and behind its body. */
function block(type: number, body: Uint8Array): Uint8Array {
  const whole = Buffer.alloc(12 + body.length);
  whole.writeUInt32LE(type, 0);
  whole.writeUInt32LE(whole.length, 4);
  whole.set(body, 8);
  whole.writeUInt32LE(whole.length, whole.length - 4);
  return whole;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
