import type { End } from './entry.ts';

/** What a made-up packet carries. */
export interface Segment {
  readonly from: End;
  /** The port that stands for the client. */
  readonly clientPort: number;
  readonly serverPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  /** TCP flags. */
  readonly flags: number;
  /** What was kept of its data. */
  readonly data: Uint8Array;
  /** How long its data was. */
  readonly length: number;
}

/** TCP flags, RFC 9293 §3.1. */
export const TcpFlag = { FIN: 0x01, SYN: 0x02, PSH: 0x08, ACK: 0x10 } as const;

const IP_BYTES = 20;
const TCP_BYTES = 20;

/** The most data of one packet: an IPv4 packet is at most 65,535 bytes long. */
export const MOST_SEGMENT_BYTES = 60_000;

// Addresses for documentation, RFC 5737.
const CLIENT = [192, 0, 2, 1] as const;
const SERVER = [192, 0, 2, 2] as const;

/** An IPv4 packet with a TCP segment; shorter than its header says where not all of the data was kept. */
export function packetOf(segment: Segment): { readonly bytes: Uint8Array; readonly length: number } {
  const { from, data, length } = segment;
  const packet = new Uint8Array(IP_BYTES + TCP_BYTES + data.length);
  const view = new DataView(packet.buffer);
  const isClient = from === 'client';
  view.setUint8(0, 0x45);
  view.setUint16(2, IP_BYTES + TCP_BYTES + length);
  view.setUint16(6, 0x4000);
  view.setUint8(8, 64);
  view.setUint8(9, 6);
  packet.set(isClient ? CLIENT : SERVER, 12);
  packet.set(isClient ? SERVER : CLIENT, 16);
  view.setUint16(10, checksum(packet.subarray(0, IP_BYTES)));
  view.setUint16(20, isClient ? segment.clientPort : segment.serverPort);
  view.setUint16(22, isClient ? segment.serverPort : segment.clientPort);
  view.setUint32(24, segment.sequence >>> 0);
  view.setUint32(28, segment.acknowledgment >>> 0);
  view.setUint8(32, (TCP_BYTES / 4) << 4);
  view.setUint8(33, segment.flags);
  view.setUint16(34, 0xffff);
  packet.set(data, IP_BYTES + TCP_BYTES);
  // The checksum covers all the data, so that of a shortened packet stays 0.
  if (data.length === length) view.setUint16(36, tcpChecksum(packet));
  return { bytes: packet, length: IP_BYTES + TCP_BYTES + length };
}

function tcpChecksum(packet: Uint8Array): number {
  const tcp = packet.subarray(IP_BYTES);
  const pseudo = new Uint8Array(12 + tcp.length + (tcp.length & 1));
  pseudo.set(packet.subarray(12, 20));
  pseudo[9] = 6;
  new DataView(pseudo.buffer).setUint16(10, tcp.length);
  pseudo.set(tcp, 12);
  return checksum(pseudo);
}

/** The Internet checksum, RFC 1071, of an even number of bytes. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
