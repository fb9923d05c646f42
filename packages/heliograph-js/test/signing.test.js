import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NoneSigner, SharedSecretSigner } from '../src/signing.js';

/** What every SDK of this repository must sign and verify in the same way. */
const vectors = JSON.parse(readFileSync(new URL('../../../tests/vectors/signing.json', import.meta.url), 'utf8'));
const SECRET = vectors.secret;
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs by other means than the code under test. */
function forge(claims) {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return { type: 'JWT', jwt: `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}` };
}

const createClient = (options) => new SharedSecretSigner({ findSecret: () => SECRET, nonce: 'client-nonce', ...options });
const createDevice = (options) => new SharedSecretSigner({ findSecret: () => SECRET, nonce: 'device-nonce', ...options });
const first = { message: { type: 'SETUP_REQUEST' }, messageSeq: 0, signerNonce: 'client-nonce' };
const failsWith = (code) => ({ name: 'ChannelError', code });

for (const { name, secret, clientKeyId, clientNonce, deviceNonce, messages } of vectors.conversations) {
  test(`conversation_${name}_matchesGoldenVectors`, async () => {
    const asked = [];
    const client = createClient({ findSecret: () => secret, keyId: clientKeyId ?? undefined, nonce: clientNonce });
    const device = createDevice({ findSecret: async (keyId) => { asked.push(keyId); return secret; }, nonce: deviceNonce });
    for (const { from, message, data } of messages) {
      const [sender, receiver] = from === 'client' ? [client, device] : [device, client];
      assert.deepEqual(await sender.sign(JSON.parse(message)), data);
      assert.deepEqual(await receiver.verify(data), JSON.parse(message));
    }
    assert.deepEqual(asked, [clientKeyId ?? undefined]);
  });
}

/** A verifier that has heard what the vector says. */
async function createVerifier({ heard }) {
  const verifier = createDevice({ nonce: vectors.nonce });
  for (const data of heard) {
    await verifier.verify(data);
  }
  return verifier;
}

for (const vector of vectors.accepted) {
  test(`verify_${vector.name}_isAccepted`, async () => {
    const verifier = await createVerifier(vector);
    assert.deepEqual(await verifier.verify(vector.data), JSON.parse(vector.message));
  });
}

for (const vector of vectors.refused) {
  test(`verify_${vector.name}_is_${vector.code}`, async () => {
    const verifier = await createVerifier(vector);
    await assert.rejects(verifier.verify(vector.data), failsWith(vector.code));
  });
}

test('verify_unknownKeyId_isVerificationError', async () => {
  const device = createDevice({ findSecret: () => undefined });
  await assert.rejects(device.verify(forge(first)), failsWith('VERIFICATION_ERROR'));
});

test('conversation_bothWays_passes', async () => {
  const client = createClient();
  const device = createDevice();
  assert.equal(await device.verify(await client.sign('hello')), 'hello');
  for (let i = 0; i < 5; i++) {
    assert.equal(await client.verify(await device.sign(`d${i}`)), `d${i}`);
    assert.equal(await device.verify(await client.sign(`c${i}`)), `c${i}`);
  }
});

test('sign_secondMessageBeforeHearingTheOther_isRefused', async () => {
  const client = createClient();
  await client.sign('first');
  await assert.rejects(client.sign('second'), /after the other peer's first/);
});

test('verify_ownMessageSentBack_isVerificationError', async () => {
  const client = createClient();
  await assert.rejects(client.verify(await client.sign('hello')), failsWith('VERIFICATION_ERROR'));
});

test('verify_signedThoughNoneIsExpected_isVerificationError', async () => {
  await assert.rejects(new NoneSigner().verify(forge(first)), failsWith('VERIFICATION_ERROR'));
});

test('verify_nothing_isDecodeError', async () => {
  await assert.rejects(createDevice().verify(undefined), failsWith('DECODE_ERROR'));
});

test('none_roundTrip_passesMessagesAsTheyAre', async () => {
  const signer = new NoneSigner();
  assert.deepEqual(await signer.sign({ type: 'X' }), { type: 'NONE', message: { type: 'X' } });
  assert.deepEqual(await signer.verify({ type: 'NONE', message: { type: 'X' } }), { type: 'X' });
  await assert.rejects(signer.verify({ type: 'NONE' }), failsWith('DECODE_ERROR'));
});
