import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignalingClient } from '#heliograph';
import { createWorld, ids, settle } from './fakes.js';

function createClient(world, options) {
  const client = new SignalingClient({ ...ids, environment: world.environment, ...options });
  const seen = { states: [], errors: [], channelStates: [] };
  client.on('connectionstatechange', (state) => seen.states.push(state));
  client.on('error', (error) => seen.errors.push(error.code));
  client.channel.on('statechange', (state) => seen.channelStates.push(state));
  return { client, seen };
}

async function connectClient(options, answer) {
  const world = createWorld(answer);
  const { client, seen } = createClient(world, options);
  client.start();
  await settle();
  world.socket.open();
  return { world, client, seen };
}

test('start_withoutAToken_sendsNoAuthorization', async () => {
  const { world, client, seen } = await connectClient();
  assert.equal(world.requests[0].path, '/v1/client/connect');
  assert.equal('authorization' in world.requests[0].headers, false);
  assert.equal(client.channel.id, 'c1');
  assert.deepEqual([seen.states, seen.channelStates], [['CONNECTING', 'CONNECTED'], ['CONNECTED']]);
});

test('start_withAToken_showsIt', async () => {
  const { world } = await connectClient({ accessToken: 'abc' });
  assert.equal(world.requests[0].headers.authorization, 'Bearer abc');
});

test('start_deviceOffline_waitsForIt', async () => {
  const offline = () => ({ signalingUrl: 'wss://service.example/', deviceOnline: false, channelId: 'c1' });
  const { world, client } = await connectClient({}, offline);
  assert.equal(client.channel.state, 'DISCONNECTED');
  client.channel.send('hello');
  world.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c1' });
  assert.equal(client.channel.state, 'CONNECTED');
  assert.deepEqual(world.socket.sent.map(({ message }) => message.seq), [0, 0]);
});

test('peerConnected_nothingToResend_asksByAnAckWhetherTheChannelIsKnown', async () => {
  const { world, client } = await connectClient();
  world.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c1' });
  assert.deepEqual(world.socket.sent, []);
  world.socket.deliver({ type: 'MESSAGE', channelId: 'c1', message: { type: 'DATA', seq: 0, data: 'hello' } });
  world.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c1' });
  const ack = { type: 'MESSAGE', channelId: 'c1', message: { type: 'ACK', seq: 0 } };
  assert.deepEqual(world.socket.sent, [ack, ack]);
  world.socket.deliver({ type: 'ERROR', channelId: 'c1', error: { code: 'CHANNEL_NOT_FOUND', message: 'gone' } });
  assert.equal(client.channel.state, 'FAILED');
});

for (const [name, sent, repeated] of [['one', ['a'], { type: 'DATA', seq: 0, data: 'a' }], ['two', ['a', 'b'], { type: 'DATA', seq: 1, data: 'b' }]]) {
  test(`peerConnected_${name}SentAndNothingHeard_saysTheLastOneAgain`, async () => {
    const { world, client } = await connectClient();
    sent.forEach((data, seq) => {
      client.channel.send(data);
      world.socket.deliver({ type: 'MESSAGE', channelId: 'c1', message: { type: 'ACK', seq } });
    });
    world.socket.sent.length = 0;
    world.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c1' });
    assert.deepEqual(world.socket.sent, [{ type: 'MESSAGE', channelId: 'c1', message: repeated }]);
  });
}

test('start_deviceOfflineThoughRequired_fails', async () => {
  const world = createWorld(() => ({ signalingUrl: 'wss://service.example/', deviceOnline: false, channelId: 'c1' }));
  const { client, seen } = createClient(world, { requireOnline: true });
  client.start();
  await settle();
  assert.deepEqual([client.connectionState, seen.errors, world.sockets.length], ['FAILED', ['DEVICE_OFFLINE'], 0]);
});

test('start_refused_isFinalAndEndsTheChannel', async () => {
  const world = createWorld(() => Response.json({ code: 'DEVICE_ID_NOT_FOUND', message: 'no such device' }, { status: 404 }));
  const { client, seen } = createClient(world);
  const errors = [];
  client.channel.on('error', (error) => errors.push([error.name, error.status, error.code]));
  client.start();
  await settle();
  assert.deepEqual([client.connectionState, client.channel.state, seen.errors], ['FAILED', 'FAILED', ['DEVICE_ID_NOT_FOUND']]);
  assert.deepEqual(errors, [['HttpError', 404, 'DEVICE_ID_NOT_FOUND']]);
  assert.equal(world.clock.pending, 0);
});

test('start_firstSocketFails_isFinal', async () => {
  const world = createWorld();
  const { client } = createClient(world);
  client.start();
  await settle();
  world.socket.break();
  await world.clock.advance(100_000);
  assert.deepEqual([client.connectionState, world.sockets.length], ['FAILED', 1]);
});

test('connectionLost_reconnectsToTheSameUrlAndResends', async () => {
  const { world, client, seen } = await connectClient();
  client.channel.send('hello');
  const { url } = world.socket;
  world.socket.break();
  await world.clock.advance(1000);
  assert.equal(world.requests.length, 1);
  assert.equal(world.socket.url, url);
  world.socket.open();
  assert.deepEqual(world.socket.sent.map(({ message }) => message.data), ['hello']);
  assert.deepEqual(seen.states.slice(2), ['WAIT_RETRY', 'CONNECTING', 'CONNECTED']);
});

test('connectionLost_givesUpAfterSevenFailedTries', async () => {
  const { world, client } = await connectClient();
  await world.clock.advance(10_000);
  world.socket.break();
  const gaps = [];
  for (let i = 0; i < 7; i++) {
    const before = world.clock.now();
    const opened = world.sockets.length;
    while (world.sockets.length === opened) {
      await world.clock.advance(500);
    }
    gaps.push((world.clock.now() - before) / 1000);
    assert.equal(client.connectionState, 'CONNECTING');
    world.socket.break();
  }
  assert.deepEqual(gaps, [1, 2, 4, 8, 16, 32, 64]);
  assert.deepEqual([client.connectionState, client.channel.state], ['FAILED', 'FAILED']);
  assert.equal(world.clock.pending, 0);
});

test('connectionHeldForTenSeconds_countsAfresh', async () => {
  const { world } = await connectClient();
  world.socket.break();
  for (let i = 0; i < 3; i++) {
    await world.clock.advance(1000 * 2 ** i);
    world.socket.break();
  }
  await world.clock.advance(8000);
  world.socket.open();
  await world.clock.advance(10_000);
  const opened = world.sockets.length;
  world.socket.break();
  await world.clock.advance(1000);
  assert.equal(world.sockets.length, opened + 1);
});

test('connectionThatNeverHolds_isGivenUpToo', async () => {
  const { world, client } = await connectClient();
  for (let i = 0; i < 7; i++) {
    world.socket.break();
    await world.clock.advance(1000 * 2 ** i);
    world.socket.open();
  }
  world.socket.break();
  assert.equal(client.connectionState, 'FAILED');
});

test('checkAlive_noPongWithinASecond_reconnects', async () => {
  const { world, client } = await connectClient();
  const alive = client.checkAlive();
  await world.clock.advance(1000);
  assert.equal(await alive, false);
  assert.equal(client.connectionState, 'WAIT_RETRY');
  await world.clock.advance(1000);
  assert.equal(world.sockets.length, 2);
});

test('checkAlive_pong_staysConnected', async () => {
  const { world, client } = await connectClient();
  const alive = client.checkAlive();
  world.socket.deliver({ type: 'PONG' });
  assert.equal(await alive, true);
  assert.equal(client.connectionState, 'CONNECTED');
});

test('frames_ofAnotherChannel_areIgnored', async () => {
  const { world, client } = await connectClient();
  world.socket.deliver({ type: 'ERROR', channelId: 'other', error: { code: 'CHANNEL_CLOSED' } });
  assert.equal(client.channel.state, 'CONNECTED');
});

test('peerOffline_thenConnected_isToldAndResent', async () => {
  const { world, client, seen } = await connectClient();
  client.channel.send('hello');
  world.socket.deliver({ type: 'PEER_OFFLINE', channelId: 'c1' });
  world.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c1' });
  assert.deepEqual(seen.channelStates, ['CONNECTED', 'DISCONNECTED', 'CONNECTED']);
  assert.equal(world.socket.sent.length, 2);
});

test('devicesError_failsTheChannelWithItsCode', async () => {
  const { world, client } = await connectClient();
  const errors = [];
  client.channel.on('error', (error) => errors.push([error.code, error.message, error.remote]));
  world.socket.deliver({ type: 'ERROR', channelId: 'c1', error: { code: 'VERIFICATION_ERROR', message: 'no' } });
  assert.deepEqual(errors, [['VERIFICATION_ERROR', 'no', true]]);
  assert.equal(client.channel.state, 'FAILED');
});

test('close_tellsTheDeviceAndStopsEverything', async () => {
  const { world, client } = await connectClient();
  const { socket } = world;
  client.close();
  assert.deepEqual(socket.sent, [{ type: 'ERROR', channelId: 'c1', error: { code: 'CHANNEL_CLOSED', message: 'The channel was closed.' } }]);
  assert.deepEqual([client.connectionState, client.channel.state, world.clock.pending], ['CLOSED', 'CLOSED', 0]);
});

test('create_withoutAnyWebSocket_saysSo', () => {
  const world = createWorld();
  assert.throws(() => new SignalingClient({ ...ids, environment: { ...world.environment, WebSocket: undefined } }), /WebSocket/);
});
