import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { credentialOf } from '../../src/chat/auth/credentials.ts';
import { loadJose } from '../../src/chat/auth/jose.ts';
import { createTokenVerifier } from '../../src/chat/auth/token-verifier.ts';

const secret = new TextEncoder().encode('a secret of more than thirty-two bytes, for tests alone');
const NOW = Date.parse('2025-01-31T12:00:00.000Z');
const hourFromNow = NOW / 1000 + 3600;
const claims = { preferred_username: 'Ann', roles: ['reader', 'admin'] };
const sign = (what: Record<string, unknown> = claims, alg = 'HS256') =>
  new SignJWT(what).setProtectedHeader({ alg }).setIssuer('https://id.example').setSubject('42');

describe('a token with a shared secret', () => {
  const verifier = createTokenVerifier({ secret }, () => NOW);
  const verify = async (token: string) => {
    const identity = await (await verifier)(token);
    if (identity === 'unavailable') throw new Error('a secret needs nobody else');
    return identity;
  };

  test('says who somebody is: an id made of issuer and subject, a name, whether it moderates, until when', async () => {
    const identity = await verify(await sign().setExpirationTime(hourFromNow).sign(secret));
    expect(identity).toEqual({
      user: expect.stringMatching(/^u-[\w-]{22}$/),
      name: 'Ann',
      admin: true,
      expiresAt: hourFromNow * 1000,
    });
    const again = await verify(
      await sign({})
        .setExpirationTime(hourFromNow + 1)
        .sign(secret),
    );
    expect(again).toMatchObject({ user: identity?.user, name: undefined, admin: false });
    const stranger = await sign().setIssuer('https://other.example').setExpirationTime(hourFromNow).sign(secret);
    expect((await verify(stranger))?.user).not.toBe(identity?.user);
  });

  test.each([
    [{ preferred_username: 'server', name: 'Ann' }, 'Ann'],
    [{ preferred_username: 'a\u202eb' }, undefined],
    [{ preferred_username: 7, name: ['x'] }, undefined],
    [{ name: ' ＡＮＮ ' }, 'ANN'],
  ])('gives a name only if the chat takes it: %j', async (what, name) => {
    expect(await verify(await sign(what).setExpirationTime(hourFromNow).sign(secret))).toMatchObject({ name });
  });

  test.each<[string, () => Promise<string> | string]>([
    [
      'expired',
      () =>
        sign()
          .setExpirationTime(NOW / 1000 - 1)
          .sign(secret),
    ],
    ['endless', () => sign().sign(secret)],
    [
      'of nobody',
      () => new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(hourFromNow).sign(secret),
    ],
    [
      'not valid yet',
      () =>
        sign()
          .setNotBefore(hourFromNow)
          .setExpirationTime(hourFromNow + 9)
          .sign(secret),
    ],
    [
      'signed by somebody else',
      () =>
        sign()
          .setExpirationTime(hourFromNow)
          .sign(secret.map((byte) => byte ^ 1)),
    ],
    ['without a signature', () => new UnsecuredJWT(claims).setSubject('42').setExpirationTime(hourFromNow).encode()],
    ['no token', () => 'abc'],
    ['empty', () => ''],
    [
      'longer than 8 KiB',
      () =>
        sign({ x: 'x'.repeat(8192) })
          .setExpirationTime(hourFromNow)
          .sign(secret),
    ],
  ])('that is %s stands for nobody', async (_what, make) => {
    expect(await verify(await make())).toBeUndefined();
  });

  test('must be for this audience and of this issuer, where those are said', async () => {
    const strict = await createTokenVerifier({ secret, issuer: 'https://id.example', audience: 'chat' }, () => NOW);
    const good = sign().setExpirationTime(hourFromNow);
    expect(await strict(await good.sign(secret))).toBeUndefined();
    expect(await strict(await good.setAudience('chat').sign(secret))).toMatchObject({ name: 'Ann' });
    expect(await strict(await good.setIssuer('https://evil.example').sign(secret))).toBeUndefined();
  });

  test('needs a secret worth the name', async () => {
    await expect(createTokenVerifier({ secret: new Uint8Array(31) })).rejects.toThrow('32 bytes');
    await expect(createTokenVerifier({})).rejects.toThrow('either secret or jwks');
    await expect(createTokenVerifier({ secret, jwks: {} })).rejects.toThrow('either secret or jwks');
  });
});

describe('a token with public keys', () => {
  test('is checked by the set that is given or fetched, and a public key is never taken for a secret', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'one' }] };
    const signed = (alg: string, key: Parameters<SignJWT['sign']>[0]) =>
      sign(claims, alg).setExpirationTime(hourFromNow).sign(key);
    const served = createServer((_request, response) => {
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(jwks));
    }).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => served.once('listening', resolve));
      const url = new URL(`http://127.0.0.1:${(served.address() as AddressInfo).port}/jwks.json`);
      for (const where of [jwks, url]) {
        const verify = await createTokenVerifier({ jwks: where }, () => NOW);
        expect(await verify(await signed('ES256', privateKey))).toMatchObject({ name: 'Ann' });
        const confused = new TextEncoder().encode(JSON.stringify(jwks.keys[0]));
        expect(await verify(await signed('HS256', confused))).toBeUndefined();
      }
    } finally {
      served.close();
    }
  });
});

describe('public keys that cannot be fetched', () => {
  test('are no fault of the token: nobody can tell who it stands for', async () => {
    const answers = [503, 200];
    const served = createServer((_request, response) => {
      response.writeHead(answers.shift() ?? 200).end('no keys');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => served.once('listening', resolve));
    const url = new URL(`http://127.0.0.1:${(served.address() as AddressInfo).port}/`);
    const verify = await createTokenVerifier({ jwks: url }, () => NOW);
    const { privateKey } = await generateKeyPair('ES256');
    const token = await sign(claims, 'ES256').setExpirationTime(hourFromNow).sign(privateKey);
    expect([await verify(token), await verify(token)]).toEqual(['unavailable', 'unavailable']);
    await new Promise((resolve) => served.close(resolve));
    expect([await verify(token), await verify('nonsense')]).toEqual(['unavailable', undefined]);
  });
});

describe('the package for tokens', () => {
  test('that is not installed is named, with what to do', async () => {
    const missing = () => Promise.reject(new Error('Cannot find package'));
    await expect(loadJose(missing)).rejects.toThrow('npm install jose');
    await expect(createTokenVerifier({ secret }, Date.now, () => loadJose(missing))).rejects.toThrow(
      'npm install jose',
    );
  });
});

describe('the credential of a request', () => {
  const request = (bearer?: string, protocols: string[] = [], query = '') =>
    credentialOf({ bearer: () => bearer, protocols, query: new URLSearchParams(query) });

  test('is the token of the field, of the list of subprotocols, or a ticket: never a token in the address', () => {
    expect(request('abc', ['ws101.bearer.def'], 'ticket=g')).toEqual({ kind: 'token', token: 'abc' });
    expect(request(undefined, ['ws101.chat.v1', 'ws101.bearer.a.b.c'])).toEqual({ kind: 'token', token: 'a.b.c' });
    expect(request(undefined, [], 'ticket=t')).toEqual({ kind: 'ticket', ticket: 't' });
    expect(request(undefined, ['ws101.chat.v1'], 'token=abc&access_token=abc')).toBeUndefined();
  });
});
