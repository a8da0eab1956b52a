import { isIPv4, isIPv6 } from 'node:net';

const ADDRESS_BYTES = 16;
const MAPPED_BITS = 96;

/**
 * An IP address as 16 bytes, IPv4 in its IPv6-mapped form, so that one host has one form (RFC 4291 §2.5.5.2);
 * `undefined` for anything else. A zone (`%eth0`) is left out.
 */
export function parseAddress(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(ADDRESS_BYTES);
  if (isIPv4(text)) {
    bytes.set([0xff, 0xff, ...text.split('.').map(Number)], 10);
    return bytes;
  }
  if (!isIPv6(text)) return undefined;
  const [bare = ''] = text.split('%');
  const [head = '', tail] = bare.replace(/[\d.]+\.[\d.]+$/, dottedToGroups).split('::');
  const front = groupBytes(head);
  const back = groupBytes(tail ?? '');
  bytes.set(front);
  bytes.set(back, ADDRESS_BYTES - back.length);
  return bytes;
}

/** The form in which an address is counted: IPv4 whole, IPv6 by its /64, which is what one customer gets (RFC 6177). */
export function countingKey(address: Uint8Array): string {
  const [from, to] = isMapped(address) ? [12, 16] : [0, 8];
  return `${to - from}:${address.slice(from, to).join('.')}`;
}

/** A list of addresses and networks in CIDR form, `10.0.0.0/8` or `fd00::/8`. */
export class AddressList {
  readonly #networks: readonly { readonly bytes: Uint8Array; readonly bits: number }[];

  /**
   * @param option named in what is thrown
   * @throws TypeError for anything but a list of addresses and networks
   */
  constructor(option: string, entries: readonly string[]) {
    if (!Array.isArray(entries)) throw new TypeError(`${option} must be a list of addresses and networks`);
    this.#networks = entries.map((entry) => {
      const network = typeof entry === 'string' ? parseNetwork(entry) : undefined;
      if (network === undefined) throw new TypeError(`${option}: ${JSON.stringify(entry)} is no address or network`);
      return network;
    });
  }

  has(address: Uint8Array): boolean {
    return this.#networks.some(({ bytes, bits }) => sharePrefix(bytes, address, bits));
  }
}

/** Whether it is an IP address, or a network in CIDR form. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

function parseNetwork(entry: string): { bytes: Uint8Array; bits: number } | undefined {
  const [text = '', length, ...more] = entry.split('/');
  const bytes = parseAddress(text);
  if (bytes === undefined || more.length > 0) return undefined;
  const most = isIPv4(text) ? 32 : 128;
  if (length === undefined) return { bytes, bits: 128 };
  if (!/^\d{1,3}$/.test(length) || Number(length) > most) return undefined;
  return { bytes, bits: Number(length) + (most === 32 ? MAPPED_BITS : 0) };
}

function sharePrefix(one: Uint8Array, other: Uint8Array, bits: number): boolean {
  for (let at = 0; at < bits; at += 8) {
    const differing = one[at >> 3]! ^ other[at >> 3]!;
    if (differing >> Math.max(0, 8 - (bits - at)) !== 0) return false;
  }
  return true;
}

function isMapped(address: Uint8Array): boolean {
  return address.subarray(0, 10).every((byte) => byte === 0) && address[10] === 0xff && address[11] === 0xff;
}

function dottedToGroups(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function groupBytes(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
