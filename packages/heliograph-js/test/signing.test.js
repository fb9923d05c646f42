import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { NoneSigner, SharedSecretSigner } from '../src/signing.js';

const SECRET = 'grün🔑';
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs by other means than the code under test. */
function forge(claims, { secret = SECRET, header = { alg: 'HS256', typ: 'JWT' } } = {}) {
  const signed = `${encode(header)}.${encode(claims)}`;
  return { type: 'JWT', jwt: `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}` };
}

const createClient = (options) => new SharedSecretSigner({ findSecret: () => SECRET, nonce: 'client-nonce', ...options });
const createDevice = (options) => new SharedSecretSigner({ findSecret: () => SECRET, nonce: 'device-nonce', ...options });
const first = { message: { type: 'SETUP_REQUEST' }, messageSeq: 0, signerNonce: 'client-nonce' };
const failsWith = (code) => ({ name: 'ChannelError', code });

test('sign_bothFirstMessages_matchGoldenVectors', async () => {
  const client = createClient();
  const device = createDevice();
  const request = await client.sign({ type: 'SETUP_REQUEST' });
  assert.deepEqual(request, {
    type: 'JWT',
    jwt: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'
      + '.eyJtZXNzYWdlIjp7InR5cGUiOiJTRVRVUF9SRVFVRVNUIn0sIm1lc3NhZ2VTZXEiOjAsInNpZ25lck5vbmNlIjoiY2xpZW50LW5vbmNlIn0'
      + '.q-fzhF-q3kLhG4aM83yhZwbTXgZOxr4m0E41TuFXETw',
  });
  await device.verify(request);
  const response = await device.sign({ type: 'SETUP_RESPONSE', iceServers: [] });
  assert.equal(response.jwt, 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'
    + '.eyJtZXNzYWdlIjp7InR5cGUiOiJTRVRVUF9SRVNQT05TRSIsImljZVNlcnZlcnMiOltdfSwibWVzc2FnZVNlcSI6MCwic2lnbmVyTm9uY2UiOi'
    + 'JkZXZpY2Utbm9uY2UiLCJ2ZXJpZmllck5vbmNlIjoiY2xpZW50LW5vbmNlIn0'
    + '.EGcxGMD7n9M4IDMexwPW0gYYWsmOWeShZsU6rj3UICM');
});

test('sign_withKeyId_matchesGoldenVectorAndChoosesTheSecret', async () => {
  const client = createClient({ findSecret: () => 's3cret', keyId: 'main' });
  const request = await client.sign({ type: 'SETUP_REQUEST' });
  assert.equal(request.jwt, 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6Im1haW4ifQ'
    + '.eyJtZXNzYWdlIjp7InR5cGUiOiJTRVRVUF9SRVFVRVNUIn0sIm1lc3NhZ2VTZXEiOjAsInNpZ25lck5vbmNlIjoiY2xpZW50LW5vbmNlIn0'
    + '.t5VRXliCvtco20tnDPndUK3As3x8xc7RnzI70kJkzA0');
  const asked = [];
  const device = createDevice({ findSecret: async (keyId) => { asked.push(keyId); return 's3cret'; } });
  assert.deepEqual(await device.verify(request), { type: 'SETUP_REQUEST' });
  await client.verify(await device.sign('answer'));
  assert.deepEqual(asked, ['main']);
});

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

test('verify_wrongSecret_isVerificationError', async () => {
  await assert.rejects(createDevice().verify(forge(first, { secret: 'other' })), failsWith('VERIFICATION_ERROR'));
});

test('verify_changedClaims_isVerificationError', async () => {
  const [header, , signature] = forge(first).jwt.split('.');
  const jwt = `${header}.${encode({ ...first, message: { type: 'EVIL' } })}.${signature}`;
  await assert.rejects(createDevice().verify({ type: 'JWT', jwt }), failsWith('VERIFICATION_ERROR'));
});

test('verify_algNone_isVerificationError', async () => {
  const jwt = `${encode({ alg: 'none' })}.${encode(first)}.`;
  await assert.rejects(createDevice().verify({ type: 'JWT', jwt }), failsWith('VERIFICATION_ERROR'));
});

test('verify_replayedMessage_isVerificationError', async () => {
  const device = createDevice();
  await device.verify(forge(first));
  await assert.rejects(device.verify(forge(first)), failsWith('VERIFICATION_ERROR'));
});

test('verify_reorderedMessages_isVerificationError', async () => {
  const device = createDevice();
  await device.verify(forge(first));
  const third = { ...first, messageSeq: 2, verifierNonce: 'device-nonce' };
  await assert.rejects(device.verify(forge(third)), failsWith('VERIFICATION_ERROR'));
});

for (const [name, claims] of Object.entries({
  anotherSigner: { ...first, messageSeq: 1, signerNonce: 'someone-else', verifierNonce: 'device-nonce' },
  answerToAnother: { ...first, messageSeq: 1, verifierNonce: 'another-session' },
  answerToNobody: { ...first, messageSeq: 1 },
})) {
  test(`verify_laterMessageOfAnotherSession_${name}_isVerificationError`, async () => {
    const device = createDevice();
    await device.verify(forge(first));
    await assert.rejects(device.verify(forge(claims)), failsWith('VERIFICATION_ERROR'));
  });
}

test('verify_firstAnswerOfAnOlderSession_isVerificationError', async () => {
  const old = { message: { type: 'SETUP_RESPONSE' }, messageSeq: 0, signerNonce: 'device-nonce', verifierNonce: 'older-nonce' };
  await assert.rejects(createClient().verify(forge(old)), failsWith('VERIFICATION_ERROR'));
});

test('verify_ownMessageSentBack_isVerificationError', async () => {
  const client = createClient();
  await assert.rejects(client.verify(await client.sign('hello')), failsWith('VERIFICATION_ERROR'));
});

test('verify_signedThoughNoneIsExpected_isVerificationError', async () => {
  await assert.rejects(new NoneSigner().verify(forge(first)), failsWith('VERIFICATION_ERROR'));
});

test('verify_unsignedThoughSignatureIsExpected_isVerificationError', async () => {
  await assert.rejects(createDevice().verify({ type: 'NONE', message: 'x' }), failsWith('VERIFICATION_ERROR'));
});

for (const [name, data] of Object.entries({
  nothing: undefined,
  null: null,
  text: 'JWT',
  noType: { jwt: 'x' },
  noJwt: { type: 'JWT' },
  twoParts: { type: 'JWT', jwt: 'e30.e30' },
  fourParts: { type: 'JWT', jwt: 'e30.e30.AA.AA' },
  notBase64: { type: 'JWT', jwt: 'e30.e3*.AA' },
  notJson: { type: 'JWT', jwt: 'e30.AAAA.AA' },
  notAnObject: { type: 'JWT', jwt: `${encode(1)}.${encode({})}.AA` },
  noClaims: forge({}),
  noNonce: forge({ message: 'x', messageSeq: 0 }),
})) {
  test(`verify_unreadable_${name}_isDecodeError`, async () => {
    await assert.rejects(createDevice().verify(data), failsWith('DECODE_ERROR'));
  });
}

test('none_roundTrip_passesMessagesAsTheyAre', async () => {
  const signer = new NoneSigner();
  assert.deepEqual(await signer.sign({ type: 'X' }), { type: 'NONE', message: { type: 'X' } });
  assert.deepEqual(await signer.verify({ type: 'NONE', message: { type: 'X' } }), { type: 'X' });
  await assert.rejects(signer.verify({ type: 'NONE' }), failsWith('DECODE_ERROR'));
});
