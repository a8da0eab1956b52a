import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../src/node/client-address.ts';
import { AddressList, countingKey, parseAddress } from '../../src/node/ip-address.ts';

function hex(address: string): string | undefined {
  const bytes = parseAddress(address);
  return bytes && Buffer.from(bytes).toString('hex');
}

function has(entry: string, address: string): boolean {
  return new AddressList('list', [entry]).has(parseAddress(address) as Uint8Array);
}

describe('an IP address', () => {
  it.each([
    ['192.0.2.1', '00000000000000000000ffffc0000201'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::', '20010db8000000000000000000000000'],
    ['2001:DB8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['2001:db8::1:0:2', '20010db8000000000000000100000002'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ])('%s is %s', (address, bytes) => {
    expect(hex(address)).toBe(bytes);
  });

  it.each(['', 'localhost', '1.2.3', '1.2.3.256', '01.2.3.4', '1::2::3', ':::', '12345::', '[::1]', '1.2.3.4:5'])(
    'is not %j',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  it('is counted whole when IPv4, in whatever form, and by its /64 when IPv6', () => {
    const key = (address: string): string => countingKey(parseAddress(address) as Uint8Array);
    expect(key('::ffff:192.0.2.1')).toBe(key('192.0.2.1'));
    expect(key('192.0.2.2')).not.toBe(key('192.0.2.1'));
    expect(key('2001:db8:1:2:3:4:5:6')).toBe(key('2001:db8:1:2::'));
    expect(key('2001:db8:1:3::')).not.toBe(key('2001:db8:1:2::'));
  });
});

describe('a list of addresses and networks', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/9', '10.127.0.1', true],
    ['10.1.2.3/9', '10.128.0.1', false],
    ['192.0.2.4/31', '192.0.2.5', true],
    ['192.0.2.4/31', '192.0.2.6', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', 'fe00::1', false],
    ['2001:db8::/33', '2001:db8:7fff::', true],
    ['2001:db8::/33', '2001:db8:8000::', false],
  ])('%s has %s: %s', (entry, address, expected) => {
    expect(has(entry, address)).toBe(expected);
  });

  it.each(['', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', 'proxy', 1])(
    'refuses %j, by the name of the option',
    (entry) => {
      expect(() => new AddressList('trustedProxies', [entry as string])).toThrow(/trustedProxies: .* is no address/);
    },
  );

  it('must be a list', () => {
    expect(() => new AddressList('trustedProxies', '10.0.0.0/8' as never)).toThrow('trustedProxies must be a list');
  });
});

describe('the address of a client', () => {
  const trusted = new AddressList('trustedProxies', ['10.0.0.0/8', '2001:db8:aaaa::/48']);

  it.each([
    [
      'is that of the transport when it is no trusted proxy, whatever the field says',
      '192.0.2.1',
      ['8.8.8.8'],
      '192.0.2.1',
    ],
    ['is what a trusted proxy says', '10.0.0.1', ['192.0.2.1'], '192.0.2.1'],
    ['is the right-most that is untrusted', '10.0.0.1', ['8.8.8.8, 192.0.2.1, 10.0.0.2'], '192.0.2.1'],
    ['is read over several fields', '10.0.0.1', ['8.8.8.8', '192.0.2.1', '10.0.0.2,10.0.0.3'], '192.0.2.1'],
    ['is that of a proxy which names nobody', '10.0.0.1', [], '10.0.0.1'],
    ['is the left-most when all are trusted', '10.0.0.1', ['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
    ['is that of the last proxy that can be believed', '10.0.0.1', ['8.8.8.8, unknown, 10.0.0.2'], '10.0.0.2'],
    ['may stand there with a port', '10.0.0.1', ['192.0.2.1:5000'], '192.0.2.1'],
    ['may stand in brackets', '10.0.0.1', ['[2001:db8::1]:5000'], '2001:db8::1'],
    ['may be IPv6 at both ends', '2001:db8:aaaa::5', ['2001:db8::1'], '2001:db8::1'],
    ['is unknown on a unix socket', undefined, ['192.0.2.1'], undefined],
  ] as const)('%s', (_, peer, forwarded, expected) => {
    expect(clientAddress(peer, forwarded, trusted)).toBe(expected);
  });
});
