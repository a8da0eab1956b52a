import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkDeflateResponse,
  type DeflateAgreement,
  formatExtensions,
  negotiateDeflate,
  offerDeflate,
  parseExtensions,
} from '../../src/handshake/index.ts';
import { codeOf } from './heads.ts';

const FREE: DeflateAgreement = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
const BAD_BITS = ['0', '7', '16', '08', '010', '1e1', '-1', '+9', '9.0', '1000', '0x9', 'ten', 'constructor'];

/** What the server answers to the offers in a header value; undefined when it declines. */
function answer(offers: string, settings: Partial<DeflateAgreement> = {}): string | undefined {
  const result = negotiateDeflate(parseExtensions(offers), { ...FREE, ...settings });
  return result && formatExtensions([result.response]);
}

function accepted(response: string, offers: string): DeflateAgreement {
  const [agreed] = parseExtensions(response);
  if (agreed === undefined) throw new Error('no response');
  return checkDeflateResponse(agreed, parseExtensions(offers));
}

describe('RFC 7692 §7.1: a server', () => {
  // @rfc 7692-5-3
  test('§7.1.3: answers the examples of the RFC', () => {
    expect(answer('permessage-deflate')).toBe('permessage-deflate');
    expect(answer('permessage-deflate; client_max_window_bits; server_max_window_bits=10')).toBe(
      'permessage-deflate; server_max_window_bits=10',
    );
    expect(answer('permessage-deflate; client_max_window_bits; server_max_window_bits="10"')).toBe(
      'permessage-deflate; server_max_window_bits=10',
    );
  });

  // @rfc 7692-5-9 7692-5-4
  test('§5: takes the first offer that is valid, and declines without one', () => {
    expect(
      answer('permessage-deflate; unknown, permessage-deflate; server_max_window_bits=9, permessage-deflate'),
    ).toBe('permessage-deflate; server_max_window_bits=9');
    expect(answer('permessage-deflate; unknown')).toBeUndefined();
    expect(answer('x, Permessage-Deflate, x-webkit-deflate-frame')).toBeUndefined();
    expect(negotiateDeflate([], FREE)).toBeUndefined();
  });

  // @rfc 6455-9-2 6455-9.1-4 7692-7-1 7692-7.1.2.1-1 7692-7.1.2.2-1
  test('declines an offer with an unknown, repeated or ill-valued parameter', () => {
    const bad = [
      'unknown',
      '__proto__',
      'constructor=1',
      'Server_Max_Window_Bits=10',
      'server_no_context_takeover=1',
      'client_no_context_takeover=true',
      'server_max_window_bits',
      'server_no_context_takeover; server_no_context_takeover',
      'client_no_context_takeover; client_no_context_takeover',
      'server_max_window_bits=10; server_max_window_bits=10',
      'client_max_window_bits; client_max_window_bits=10',
      ...BAD_BITS.flatMap((bits) => [`server_max_window_bits=${bits}`, `client_max_window_bits=${bits}`]),
    ];
    for (const params of bad) expect(answer(`permessage-deflate; ${params}`), params).toBeUndefined();
  });

  // @rfc 7692-7.1.2.1-2
  test('accepts every window from 8 to 15', () => {
    for (let bits = 8; bits <= 15; bits++) {
      expect(answer(`permessage-deflate; server_max_window_bits=${bits}`)).toBe(
        `permessage-deflate; server_max_window_bits=${bits}`,
      );
      const client = answer(`permessage-deflate; client_max_window_bits=${bits}`);
      expect(client).toBe(bits < 15 ? `permessage-deflate; client_max_window_bits=${bits}` : 'permessage-deflate');
    }
  });

  // @rfc 7692-7.1.1.1-1
  test('§7.1.1: acknowledges that there is no context takeover, asked for by either side', () => {
    for (const side of ['server', 'client'] as const) {
      const param = `${side}_no_context_takeover`;
      expect(answer(`permessage-deflate; ${param}`)).toBe(`permessage-deflate; ${param}`);
      expect(answer('permessage-deflate', { [`${side}NoContextTakeover`]: true })).toBe(`permessage-deflate; ${param}`);
    }
  });

  test('§7.1.2: uses the smaller of the windows that the two sides want', () => {
    const settings = { serverMaxWindowBits: 12, clientMaxWindowBits: 11 };
    expect(answer('permessage-deflate; client_max_window_bits', settings)).toBe(
      'permessage-deflate; server_max_window_bits=12; client_max_window_bits=11',
    );
    expect(answer('permessage-deflate; client_max_window_bits=9; server_max_window_bits=10', settings)).toBe(
      'permessage-deflate; server_max_window_bits=10; client_max_window_bits=9',
    );
    expect(answer('permessage-deflate; client_max_window_bits=14; server_max_window_bits=14', settings)).toBe(
      'permessage-deflate; server_max_window_bits=12; client_max_window_bits=11',
    );
  });

  // @rfc 7692-7.1.2.2-3
  test('§7.1.2.2: never limits a client that did not offer to be limited', () => {
    const result = negotiateDeflate(parseExtensions('permessage-deflate'), { ...FREE, clientMaxWindowBits: 9 });
    expect(result).toEqual({ response: { name: 'permessage-deflate', params: [] }, agreement: FREE });
  });

  test('refuses settings that are no windows', () => {
    for (const bits of [7, 16, 9.5, Number.NaN, Infinity]) {
      expect(() => negotiateDeflate([], { ...FREE, serverMaxWindowBits: bits })).toThrow(/^serverMaxWindowBits: /);
      expect(() => offerDeflate({ ...FREE, clientMaxWindowBits: bits })).toThrow(RangeError);
    }
  });
});

describe('RFC 7692 §7.1: a client', () => {
  // @rfc 6455-9.1-3 7692-5-1 7692-5-2 7692-7.1.2.1-1 7692-7.1.2.2-1
  test('offers what it wants', () => {
    expect(formatExtensions([offerDeflate(FREE)])).toBe('permessage-deflate; client_max_window_bits');
    const all = {
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 10,
      clientMaxWindowBits: 9,
    };
    expect(formatExtensions([offerDeflate(all)])).toBe(
      'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=9',
    );
  });

  // @rfc 7692-7.1.1.2-1
  test('accepts responses that fit an offer', () => {
    const offer = 'permessage-deflate; client_max_window_bits';
    expect(accepted('permessage-deflate', 'x, permessage-deflate')).toEqual(FREE);
    expect(accepted('permessage-deflate; server_no_context_takeover; client_no_context_takeover', offer)).toEqual({
      ...FREE,
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
    });
    expect(accepted('permessage-deflate; server_max_window_bits=8; client_max_window_bits=10', offer)).toEqual({
      ...FREE,
      serverMaxWindowBits: 8,
      clientMaxWindowBits: 10,
    });
    expect(
      accepted('permessage-deflate; server_max_window_bits=15', 'permessage-deflate; server_max_window_bits=15'),
    ).toEqual(FREE);
  });

  test('§7.1.1.2, §7.1.2.2: is bound by its own hints although the server does not repeat them', () => {
    const offer = 'permessage-deflate; client_no_context_takeover; client_max_window_bits=10';
    expect(accepted('permessage-deflate', offer)).toEqual({
      ...FREE,
      clientNoContextTakeover: true,
      clientMaxWindowBits: 10,
    });
    expect(accepted('permessage-deflate; client_max_window_bits=9', offer).clientMaxWindowBits).toBe(9);
  });

  test('accepts a response to any of several offers', () => {
    const offers =
      'permessage-deflate; server_max_window_bits=10, permessage-deflate; wrong, permessage-deflate; client_max_window_bits';
    expect(accepted('permessage-deflate; server_max_window_bits=9', offers).serverMaxWindowBits).toBe(9);
    expect(accepted('permessage-deflate', offers)).toEqual(FREE);
    expect(accepted('permessage-deflate; client_max_window_bits=9', offers).clientMaxWindowBits).toBe(9);
  });

  // @rfc 6455-9-2 7692-5-10 7692-7-2 7692-7.1.2.1-2 7692-7.1.2.2-2
  test('fails on a response that is invalid or fits no offer', () => {
    const plain = 'permessage-deflate';
    const cases: [response: string, offers: string][] = [
      [plain, 'x'],
      ['x', `x, ${plain}`],
      [plain, `${plain}; server_no_context_takeover`],
      [plain, `${plain}; server_max_window_bits=15`],
      [`${plain}; server_max_window_bits=11`, `${plain}; server_max_window_bits=10`],
      [`${plain}; client_max_window_bits=10`, plain],
      [`${plain}; client_max_window_bits=11`, `${plain}; client_max_window_bits=10`],
      [`${plain}; client_max_window_bits`, `${plain}; client_max_window_bits`],
      [`${plain}; server_max_window_bits`, plain],
      [`${plain}; server_no_context_takeover=1`, plain],
      [`${plain}; unknown`, plain],
      [`${plain}; constructor`, plain],
      [`${plain}; client_no_context_takeover; client_no_context_takeover`, plain],
      ...BAD_BITS.flatMap((bits): [string, string][] => [
        [`${plain}; server_max_window_bits=${bits}`, plain],
        [`${plain}; client_max_window_bits=${bits}`, `${plain}; client_max_window_bits`],
      ]),
    ];
    for (const [response, offers] of cases) {
      expect(
        codeOf(() => accepted(response, offers)),
        `${response} to ${offers}`,
      ).toBe('response-extension-params');
    }
  });

  test('and a server always understand each other alike', () => {
    const bits = fc.integer({ min: 8, max: 15 });
    const settings = fc.record({
      serverNoContextTakeover: fc.boolean(),
      clientNoContextTakeover: fc.boolean(),
      serverMaxWindowBits: bits,
      clientMaxWindowBits: bits,
    });
    fc.assert(
      fc.property(settings, settings, (client, server) => {
        const offers = parseExtensions(formatExtensions([offerDeflate(client)]));
        const result = negotiateDeflate(offers, server);
        if (result === undefined) throw new Error('declined');
        expect(checkDeflateResponse(result.response, offers)).toEqual(result.agreement);
        expect(result.agreement.serverMaxWindowBits).toBe(
          Math.min(client.serverMaxWindowBits, server.serverMaxWindowBits),
        );
      }),
    );
  });
});
