import { describe, expect, it } from 'vitest';
import { parseAuthority } from '../../src/handshake/authority.ts';

describe('RFC 9110 §7.2: a host and its port', () => {
  it.each([
    ['Example.COM', 'example.com', undefined],
    ['a:1', 'a', 1],
    ['a:65535', 'a', 65_535],
    ['a:00080', 'a', 80],
    ['a:', 'a', undefined],
    ['[::]', '[::]', undefined],
    ['[::1]:8080', '[::1]', 8080],
    ['[::1]:', '[::1]', undefined],
  ])('are those of %s', (text, host, port) => {
    expect(parseAuthority(text)).toEqual({ host, port });
    expect(Object.keys(parseAuthority(text) ?? {})).toEqual(['host', 'port']);
  });

  it.each([
    '',
    ':',
    ':80',
    'a:b',
    'a:65536',
    'a:000080',
    'a:1:2',
    '[]',
    '[:]',
    '[::',
    '[::]x',
    '[::]80',
    'a b',
    'a,b',
    'u@a',
  ])('are none in %j', (text) => {
    expect(parseAuthority(text)).toBeUndefined();
  });
});
