import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChannelError, MessageTransport, PerfectNegotiation, SignalingClient, SignalingDevice } from '#heliograph';
import { createWorld, FakePeerConnection, ids, settle, tokenGenerator, until } from './fakes.js';

const iceServers = [{ urls: ['stun:stun.example'] }];
const answer = ({ path }) => path.endsWith('ice-servers')
  ? { iceServers }
  : { signalingUrl: 'wss://service.example/', deviceOnline: true, channelId: 'c1' };

/** A device and a client with nothing but the routing rules between them. `authorized` is the service's word. */
async function connectPair({ deviceSecurity, clientSecurity, authorized = false, onChannel, answerWith = answer }) {
  const deviceWorld = createWorld(answerWith);
  const clientWorld = createWorld(answerWith);
  const device = new SignalingDevice({ ...ids, tokenGenerator, environment: deviceWorld.environment });
  const client = new SignalingClient({ ...ids, environment: clientWorld.environment });
  const pair = { device, client, deviceWorld, clientWorld, deviceTransport: null, clientTransport: null };
  device.on('channel', (channel) => {
    onChannel?.(channel);
    pair.deviceTransport = MessageTransport.forDevice(device, channel, deviceSecurity);
  });
  device.start();
  client.start();
  await settle();
  wire(pair, authorized);
  deviceWorld.socket.open();
  clientWorld.socket.open();
  pair.clientTransport = MessageTransport.forClient(client, clientSecurity);
  return pair;
}

function wire({ deviceWorld, clientWorld }, authorized = false) {
  const relay = (from, to, rewrite) => {
    from.onSend = (frame) => setImmediate(() => to.deliver(rewrite(frame)));
  };
  relay(clientWorld.socket, deviceWorld.socket, (frame) => ({ ...frame, ...(frame.type === 'MESSAGE' && { authorized }) }));
  relay(deviceWorld.socket, clientWorld.socket, (frame) => frame);
}

const secretSecurity = { mode: 'SHARED_SECRET', secret: 'open sesame' };

for (const [name, deviceSecurity, clientSecurity] of [
  ['none', { mode: 'NONE' }, { mode: 'NONE' }],
  ['sharedSecret', secretSecurity, secretSecurity],
  ['secretByKeyId',
    { mode: 'SHARED_SECRET', findSecret: async (keyId) => ({ front: 'door' })[keyId] },
    { mode: 'SHARED_SECRET', secret: 'door', keyId: 'front' }],
]) {
  test(`setup_${name}_passesIceServersAndThenMessages`, async () => {
    const pair = await connectPair({ deviceSecurity, clientSecurity });
    assert.deepEqual(await pair.clientTransport.ready, { iceServers });
    assert.deepEqual(await pair.deviceTransport.ready, { iceServers });
    const received = [];
    pair.clientTransport.on('message', (message) => received.push(message));
    await pair.deviceTransport.send({ type: 'A' });
    await pair.deviceTransport.send({ type: 'B' });
    await until('both messages', () => received.length === 2);
    assert.deepEqual(received, [{ type: 'A' }, { type: 'B' }]);
    assert.equal(pair.clientWorld.requests.length, 1, 'the device\'s ICE servers will do');
  });
}

test('setup_wrongSecret_failsBothSidesWithVerificationError', async () => {
  const pair = await connectPair({ deviceSecurity: secretSecurity, clientSecurity: { ...secretSecurity, secret: 'wrong' } });
  await assert.rejects(pair.clientTransport.ready, { name: 'ChannelError', code: 'VERIFICATION_ERROR', remote: true });
  await assert.rejects(pair.deviceTransport.ready, { code: 'VERIFICATION_ERROR', remote: false });
  assert.equal(pair.device.channels.length, 0);
});

test('setup_unsignedClientOnASigningDevice_isVerificationError', async () => {
  const pair = await connectPair({ deviceSecurity: secretSecurity, clientSecurity: { mode: 'NONE' } });
  await assert.rejects(pair.clientTransport.ready, { code: 'VERIFICATION_ERROR' });
});

test('setup_refusedByTheDevice_failsWithItsCode', async () => {
  const pair = await connectPair({
    deviceSecurity: { mode: 'NONE' },
    clientSecurity: { mode: 'NONE' },
    onChannel: (channel) => channel.authorized || channel.fail(new ChannelError('ACCESS_DENIED', 'not you')),
  });
  await assert.rejects(pair.clientTransport.ready, { code: 'ACCESS_DENIED' });
});

test('setup_iceServersUnavailable_goesOnWithout', async () => {
  const unavailable = Response.json({ code: 'UNAVAILABLE', message: 'no' }, { status: 503 });
  const pair = await connectPair({
    deviceSecurity: secretSecurity,
    clientSecurity: secretSecurity,
    answerWith: (request) => request.path.endsWith('ice-servers') ? unavailable.clone() : answer(request),
  });
  assert.deepEqual(await pair.clientTransport.ready, { iceServers: [] });
});

test('setup_firstMessageIsSomethingElse_isDecodeError', async () => {
  const pair = await connectPair({ deviceSecurity: { mode: 'NONE' }, clientSecurity: { mode: 'NONE' } });
  const errors = [];
  pair.client.channel.on('error', (error) => errors.push(error.code));
  pair.deviceWorld.socket.onSend = null;
  pair.clientWorld.socket.deliver({
    type: 'MESSAGE', channelId: 'c1',
    message: { type: 'DATA', seq: 0, data: { type: 'NONE', message: { type: 'DESCRIPTION' } } },
  });
  await until('the channel to fail', () => errors.length === 1);
  assert.deepEqual(errors, ['DECODE_ERROR']);
});

test('deviceLosesItsConnection_whatWasSentMeanwhileArrivesOnceAndInOrder', async () => {
  const pair = await connectPair({ deviceSecurity: secretSecurity, clientSecurity: secretSecurity });
  await pair.clientTransport.ready;
  await settle();
  const received = [];
  pair.clientTransport.on('message', ({ type }) => received.push(type));
  // The socket dies unnoticed with a message on its way, and another one is sent after it.
  pair.deviceWorld.socket.onSend = null;
  await pair.deviceTransport.send({ type: 'A' });
  pair.deviceWorld.socket.break();
  await pair.deviceTransport.send({ type: 'B' });
  await pair.deviceWorld.clock.advance(1000);
  wire(pair);
  pair.deviceWorld.socket.open();
  pair.clientWorld.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c1' });
  pair.deviceWorld.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c1' });
  await until('both messages', () => received.length >= 2);
  await settle();
  assert.deepEqual(received, ['A', 'B']);
});

test('deviceRestarts_answersTheOldChannelWithChannelNotFound', async () => {
  const pair = await connectPair({ deviceSecurity: secretSecurity, clientSecurity: secretSecurity });
  await pair.clientTransport.ready;
  const errors = [];
  pair.client.channel.on('error', (error) => errors.push(error.code));
  const restarted = new SignalingDevice({ ...ids, tokenGenerator, environment: pair.deviceWorld.environment });
  restarted.start();
  await settle();
  wire(pair);
  pair.deviceWorld.socket.open();
  await pair.clientTransport.send({ type: 'X' });
  await until('the answer', () => errors.length > 0);
  assert.deepEqual(errors, ['CHANNEL_NOT_FOUND']);
});

test('deviceRestartsBeforeItHasAnswered_theSetupIsDoneWithTheNewOne', async () => {
  const pair = await connectPair({
    deviceSecurity: secretSecurity,
    clientSecurity: secretSecurity,
    // It takes the request, and is gone before it has its ICE servers.
    answerWith: (request) => request.path.endsWith('ice-servers') ? new Promise(() => {}) : answer(request),
  });
  await until('the request', () => pair.deviceWorld.requests.some(({ path }) => path.endsWith('ice-servers')));
  await settle();
  const world = createWorld(answer);
  const restarted = new SignalingDevice({ ...ids, tokenGenerator, environment: world.environment });
  restarted.on('channel', (channel) => MessageTransport.forDevice(restarted, channel, secretSecurity));
  restarted.start();
  await settle();
  wire({ deviceWorld: world, clientWorld: pair.clientWorld });
  world.socket.open();
  pair.clientWorld.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c1' });
  assert.deepEqual(await pair.clientTransport.ready, { iceServers });
});

test('negotiation_bothOfferAtOnce_thePolitePeerGivesWay', async () => {
  const pair = await connectPair({ deviceSecurity: { mode: 'NONE' }, clientSecurity: { mode: 'NONE' } });
  await pair.clientTransport.ready;
  const device = new FakePeerConnection();
  const client = new FakePeerConnection();
  new PerfectNegotiation({ peerConnection: device, transport: pair.deviceTransport, polite: true });
  new PerfectNegotiation({ peerConnection: client, transport: pair.clientTransport, polite: false });
  device.dispatchEvent(new Event('negotiationneeded'));
  client.dispatchEvent(new Event('negotiationneeded'));
  await until('an agreement', () => client.remoteDescription?.type === 'answer');
  assert.equal(device.localDescription.type, 'answer');
  assert.equal(client.localDescription.type, 'offer');
  assert.deepEqual([device.signalingState, client.signalingState], ['stable', 'stable']);
});

test('negotiation_candidates_passWithoutTheEndMark', async () => {
  const pair = await connectPair({ deviceSecurity: { mode: 'NONE' }, clientSecurity: { mode: 'NONE' } });
  await pair.clientTransport.ready;
  const device = new FakePeerConnection();
  const client = new FakePeerConnection();
  new PerfectNegotiation({ peerConnection: device, transport: pair.deviceTransport, polite: true });
  new PerfectNegotiation({ peerConnection: client, transport: pair.clientTransport, polite: false });
  const init = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null };
  for (const candidate of [null, { candidate: '' }, { ...init, toJSON: () => init }]) {
    device.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }));
  }
  await until('the candidate', () => client.candidates.length > 0);
  assert.deepEqual(client.candidates, [init]);
});
