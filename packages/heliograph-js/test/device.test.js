import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignalingDevice } from '#heliograph';
import { createWorld, ids, settle, tokenGenerator } from './fakes.js';

function createDevice(world, options) {
  const device = new SignalingDevice({ ...ids, tokenGenerator, environment: world.environment, ...options });
  const seen = { states: [], errors: [], channels: [] };
  device.on('connectionstatechange', (state) => seen.states.push(state));
  device.on('error', (error) => seen.errors.push(error.code));
  device.on('channel', (channel) => seen.channels.push(channel));
  return { device, seen };
}

async function connectDevice(options) {
  const world = createWorld();
  const { device, seen } = createDevice(world, options);
  device.start();
  await settle();
  world.socket.open();
  return { world, device, seen };
}

const data = (seq, payload = { type: 'NONE', message: 'x' }) => ({ type: 'DATA', seq, data: payload });
const message = (channelId, inner, authorized = false) => ({ type: 'MESSAGE', channelId, message: inner, authorized });

test('start_showsItsTokenAndConnects', async () => {
  const { world, seen } = await connectDevice();
  assert.deepEqual(world.requests, [{
    path: '/v1/device/connect',
    headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
    body: { productId: ids.productId, deviceId: ids.deviceId },
  }]);
  assert.deepEqual(seen.states, ['CONNECTING', 'CONNECTED']);
});

test('start_serviceUnreachable_retriesForEverFromOneSecondToSixty', async () => {
  const world = createWorld();
  world.environment.fetch = async () => { world.requests.push(world.clock.now()); throw new TypeError('refused'); };
  const { device, seen } = createDevice(world);
  device.start();
  await world.clock.advance(1_000_000);
  const gaps = world.requests.slice(1).map((time, i) => (time - world.requests[i]) / 1000);
  assert.deepEqual(gaps.slice(0, 9), [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  assert.equal(device.connectionState, 'WAIT_RETRY');
  assert.ok(seen.errors.every((code) => code === 'NETWORK_ERROR'));
});

for (const [name, headers, waitMs] of [
  ['seconds', { 'retry-after': '17' }, 17_000],
  ['date', { 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT' }, 120_000],
  ['missing', {}, 300_000],
]) {
  test(`start_tooManyRequests_retryAfter_${name}_isHonoured`, async () => {
    const world = createWorld(() => Response.json({ code: 'TOO_MANY_REQUESTS', message: 'later' }, { status: 429, headers }));
    const { device, seen } = createDevice(world);
    device.start();
    await world.clock.advance(waitMs - 1);
    assert.equal(world.requests.length, 1);
    await world.clock.advance(1);
    assert.equal(world.requests.length, 2);
    assert.equal(seen.errors[0], 'TOO_MANY_REQUESTS');
  });
}

test('start_tooManyRequests_retryAfterZero_doesNotHammer', async () => {
  const world = createWorld(() => Response.json({}, { status: 429, headers: { 'retry-after': '0' } }));
  createDevice(world).device.start();
  await world.clock.advance(2999);
  assert.equal(world.requests.length, 3);
});

test('connectionLost_everyTryStartsWithHttp', async () => {
  const { world, seen } = await connectDevice();
  await world.clock.advance(10_000);
  world.socket.break();
  await world.clock.advance(1000);
  assert.equal(world.requests.length, 2);
  world.socket.open();
  assert.deepEqual(seen.states.slice(2), ['WAIT_RETRY', 'CONNECTING', 'CONNECTED']);
});

test('errorAnswer_withoutTheServicesForm_stillHasACode', async () => {
  const world = createWorld(() => new Response('<html>', { status: 502 }));
  const { device, seen } = createDevice(world);
  device.start();
  await settle();
  assert.deepEqual(seen.errors, ['UNAVAILABLE']);
  device.close();
  assert.equal(world.clock.pending, 0);
});

test('firstData_onAnUnknownChannel_opensIt', async () => {
  const { world, seen } = await connectDevice();
  world.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c1' });
  world.socket.deliver(message('c1', data(0), true));
  assert.equal(seen.channels.length, 1);
  assert.equal(seen.channels[0].authorized, true);
  assert.equal(seen.channels[0].state, 'CONNECTED');
  assert.deepEqual(world.socket.sent, [{ type: 'MESSAGE', channelId: 'c1', message: { type: 'ACK', seq: 0 } }]);
  const received = [];
  seen.channels[0].listen((value) => received.push(value));
  assert.deepEqual(received, [{ type: 'NONE', message: 'x' }]);
});

test('authorized_anythingButTrue_isFalse', async () => {
  const { world, seen } = await connectDevice();
  world.socket.deliver({ type: 'MESSAGE', channelId: 'c1', message: data(0), authorized: 'true' });
  assert.equal(seen.channels[0].authorized, false);
});

test('anythingElse_onAnUnknownChannel_isAnsweredChannelNotFound', async () => {
  const { world, seen } = await connectDevice();
  world.socket.deliver(message('c1', data(3)));
  world.socket.deliver(message('c1', { type: 'ACK', seq: 0 }));
  assert.deepEqual(world.socket.sent.map(({ type, error }) => [type, error.code]), [['ERROR', 'CHANNEL_NOT_FOUND'], ['ERROR', 'CHANNEL_NOT_FOUND']]);
  assert.equal(seen.channels.length, 0);
});

test('error_onAnUnknownChannel_isNotAnswered', async () => {
  const { world } = await connectDevice();
  world.socket.deliver({ type: 'ERROR', channelId: 'c1', error: { code: 'CHANNEL_NOT_FOUND' } });
  world.socket.deliver({ type: 'PEER_OFFLINE', channelId: 'c1' });
  assert.deepEqual(world.socket.sent, []);
});

test('moreChannelsThanAllowed_areTurnedAwayAndTheOthersAskedWhetherTheyAreThere', async () => {
  const { world } = await connectDevice({ maxChannels: 2 });
  world.socket.deliver(message('c1', data(0)));
  world.socket.deliver(message('c2', data(0)));
  world.socket.sent.length = 0;
  world.socket.deliver(message('c3', data(0)));
  const probe = { type: 'ACK', seq: 0 };
  assert.deepEqual(world.socket.sent.map(({ channelId, message: inner, error }) => [channelId, inner ?? error.code]),
    [['c1', probe], ['c2', probe], ['c3', 'NO_MORE_CHANNELS']]);
});

test('moreChannelsThanAllowed_aFloodSetsOffOneProbeInTenSeconds', async () => {
  const { world } = await connectDevice({ maxChannels: 1 });
  world.socket.deliver(message('c1', data(0)));
  const probes = () => world.socket.sent.filter((frame) => frame.channelId === 'c1').length - 1;
  for (let i = 0; i < 5; i++) {
    world.socket.deliver(message(`x${i}`, data(0)));
  }
  assert.equal(probes(), 1);
  await world.clock.advance(10_000);
  world.socket.deliver(message('y', data(0)));
  assert.equal(probes(), 2);
});

test('moreChannelsThanAllowed_theOneGoneForLongestMakesRoom', async () => {
  const { world, device, seen } = await connectDevice({ maxChannels: 3 });
  for (const id of ['c1', 'c2', 'c3']) {
    world.socket.deliver(message(id, data(0)));
  }
  const errors = [];
  seen.channels.forEach((channel) => channel.on('error', ({ code }) => errors.push([channel.id, code])));
  // The first to leave has come back since.
  for (const id of ['c1', 'c3', 'c2']) {
    world.socket.deliver({ type: 'PEER_OFFLINE', channelId: id });
  }
  world.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c1' });
  world.socket.deliver(message('c4', data(0)));
  assert.deepEqual(errors, [['c3', 'CONNECTION_LOST']]);
  assert.deepEqual(device.channels.map(({ id }) => id), ['c1', 'c2', 'c4']);
  assert.equal(world.socket.sent.some(({ type }) => type === 'ERROR'), false);
});

test('reconnect_resendsUnackedOnEveryChannel', async () => {
  const { world, seen } = await connectDevice();
  world.socket.deliver(message('c1', data(0)));
  seen.channels[0].send('one');
  world.socket.break();
  seen.channels[0].send('two');
  await world.clock.advance(1000);
  world.socket.open();
  assert.deepEqual(world.socket.sent.map(({ message: { seq, data: payload } }) => [seq, payload]), [[0, 'one'], [1, 'two']]);
});

test('peerConnected_resendsOnThatChannelOnly', async () => {
  const { world, seen } = await connectDevice();
  world.socket.deliver(message('c1', data(0)));
  world.socket.deliver(message('c2', data(0)));
  seen.channels.forEach((channel) => channel.send('hello'));
  world.socket.sent.length = 0;
  world.socket.deliver({ type: 'PEER_OFFLINE', channelId: 'c2' });
  assert.equal(seen.channels[1].state, 'DISCONNECTED');
  world.socket.deliver({ type: 'PEER_CONNECTED', channelId: 'c2' });
  assert.equal(seen.channels[1].state, 'CONNECTED');
  assert.deepEqual(world.socket.sent.map(({ channelId, message: { type } }) => [channelId, type]), [['c2', 'DATA'], ['c2', 'ACK']]);
});

test('peersError_endsTheChannelAlone', async () => {
  const { world, device, seen } = await connectDevice();
  world.socket.deliver(message('c1', data(0)));
  world.socket.deliver(message('c2', data(0)));
  world.socket.deliver({ type: 'ERROR', channelId: 'c1', error: { code: 'CHANNEL_CLOSED' } });
  assert.deepEqual(seen.channels.map(({ state }) => state), ['CLOSED', 'CONNECTED']);
  assert.deepEqual(device.channels.map(({ id }) => id), ['c2']);
  assert.equal(device.connectionState, 'CONNECTED');
});

test('close_tellsEveryClient', async () => {
  const { world, device } = await connectDevice();
  const { socket } = world;
  socket.deliver(message('c1', data(0)));
  device.close();
  assert.deepEqual(socket.sent.at(-1).error.code, 'CHANNEL_CLOSED');
  assert.equal(device.connectionState, 'CLOSED');
  assert.equal(world.clock.pending, 0);
});

test('close_inAnErrorListener_staysClosed', async () => {
  const world = createWorld(() => Response.json({ code: 'UNAUTHORIZED', message: 'no' }, { status: 401 }));
  const { device } = createDevice(world);
  device.on('error', () => device.close());
  device.start();
  await settle();
  assert.equal(device.connectionState, 'CLOSED');
  assert.equal(world.clock.pending, 0);
});

test('trace_saysWhatPassed_withoutTokensOrTickets', async () => {
  const entries = [];
  const { world } = await connectDevice({ onTrace: (entry) => entries.push(entry) });
  world.socket.deliver(message('c1', data(0, { type: 'JWT', jwt: 'a.secret.b' })));
  assert.deepEqual(entries.map(({ direction, layer, type, detail }) => [direction, layer, type, detail]), [
    ['out', 'http', 'device/connect', 'with a token'],
    ['in', 'http', 'device/connect', '200'],
    ['in', 'reliability', 'DATA', 'seq 0 · JWT'],
    ['out', 'reliability', 'ACK', 'seq 0'],
  ]);
});
