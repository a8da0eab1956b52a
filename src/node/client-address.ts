import { type AddressList, parseAddress } from './ip-address.ts';

/**
 * The address of the client behind trusted proxies: from the right of X-Forwarded-For, where the nearest proxy wrote,
 * the first that is no trusted proxy itself. What stands to the left of it, anybody may have invented.
 *
 * @param peer the address of the transport
 * @param forwarded the values of all X-Forwarded-For fields, in order
 */
export function clientAddress(
  peer: string | undefined,
  forwarded: readonly string[],
  trusted: AddressList,
): string | undefined {
  const hops = forwarded.flatMap((field) => field.split(','));
  let address = peer;
  while (hops.length > 0) {
    const bytes = address === undefined ? undefined : parseAddress(address);
    if (bytes === undefined || !trusted.has(bytes)) return address;
    const next = withoutPort((hops.pop() ?? '').trim());
    // A proxy that writes no address tells nothing about who is behind it.
    if (parseAddress(next) === undefined) return address;
    address = next;
  }
  return address;
}

// Some proxies add the port of the client: 192.0.2.1:5000, [2001:db8::1]:5000.
function withoutPort(hop: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? hop;
}
