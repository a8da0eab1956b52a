import { describe, expect, it } from 'vitest';
import { refuseUnknown } from '../../src/protocol/refuse-unknown.ts';

describe('options', () => {
  it('are refused when there is none of the name, which is told with those that there are', () => {
    expect(() => refuseUnknown('the thing', { a: 1, portt: 2 }, ['port', 'a'])).toThrow(
      new TypeError('the thing has no option "portt"; it has a, port'),
    );
  });

  it('may be any of those that there are, or none', () => {
    refuseUnknown('the thing', { a: undefined, port: 1 }, ['port', 'a']);
    refuseUnknown('the thing', {}, []);
  });
});
