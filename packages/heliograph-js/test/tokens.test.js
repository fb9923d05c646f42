import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { ClientTokenGenerator, DeviceTokenGenerator, exportPublicKeyPem, generateKeyPair } from '#heliograph';

const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'));

async function generate(Generator, options) {
  const keyPair = await generateKeyPair();
  const publicKey = createPublicKey(await exportPublicKeyPem(keyPair.publicKey));
  const now = () => 1_700_000_000_500;
  const token = await new Generator({ productId: 'WP-39wu7tex', deviceId: 'wd-0123456789ABCDEF', keyPair, now, ...options }).generate();
  const [header, claims, signature] = token.split('.');
  const genuine = verify('sha256', Buffer.from(`${header}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  const fingerprint = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex');
  return { header: decode(header), claims: decode(claims), genuine, fingerprint };
}

test('deviceToken_isSignedByTheKeyItNames', async () => {
  const { header, claims, genuine, fingerprint } = await generate(DeviceTokenGenerator);
  assert.deepEqual(header, { alg: 'ES256', typ: 'JWT', kid: `device:${fingerprint}` });
  assert.deepEqual(claims, {
    scope: 'device:connect turn',
    resource: 'urn:nabto:webrtc:wp-39wu7tex:wd-0123456789abcdef',
    iat: 1_700_000_000,
    exp: 1_700_000_300,
  });
  assert.equal(genuine, true);
});

test('clientToken_namesTheProductsKey', async () => {
  const { header, claims, genuine, fingerprint } = await generate(ClientTokenGenerator, { scope: 'client:connect', lifetimeSeconds: 60 });
  assert.equal(header.kid, `product:${fingerprint}`);
  assert.equal(claims.scope, 'client:connect');
  assert.equal(claims.exp - claims.iat, 60);
  assert.equal(genuine, true);
});

test('generateKeyPair_byDefault_keepsThePrivateKeyIn', async () => {
  const { privateKey } = await generateKeyPair();
  await assert.rejects(crypto.subtle.exportKey('pkcs8', privateKey));
});
