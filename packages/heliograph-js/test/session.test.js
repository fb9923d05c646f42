import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, MessageTransport, PerfectNegotiation } from '#heliograph';
import { FakePeerConnection, ids, settle, until } from './fakes.js';
import { FakeService } from './service.js';

const secret = 'open sesame';

/** A camera that answers whoever knows the secret, and offers a picture. */
function startCamera(service, security = { mode: 'SHARED_SECRET', secret }) {
  const camera = { transports: [], device: null };
  camera.device = service.startDevice((channel) => {
    const transport = MessageTransport.forDevice(camera.device, channel, security);
    camera.transports.push(transport);
    transport.ready.then(() => {
      const peerConnection = new FakePeerConnection();
      new PerfectNegotiation({ peerConnection, transport, polite: true });
      peerConnection.dispatchEvent(new Event('negotiationneeded'));
    }, () => {});
  });
  return camera;
}

function open(service, options = { secret }) {
  const session = connect({ ...ids, environment: service.environment, ...options });
  const seen = { states: [session.state], errors: [], paths: [], streams: [] };
  session.on('statechange', (state) => seen.states.push(state));
  session.on('error', (error) => seen.errors.push(error.code));
  session.on('pathchange', (path) => seen.paths.push(path));
  session.on('stream', (stream) => seen.streams.push(stream));
  return { session, seen };
}

async function openConnected(options) {
  const service = new FakeService();
  const camera = startCamera(service, options ? { mode: 'NONE' } : undefined);
  await settle();
  const { session, seen } = open(service, options);
  await connectPeers(service, 1);
  return { service, camera, session, seen };
}

/** The number of a session's peer connection, of which the browser says that it is connected. */
async function connectPeers(service, number) {
  await until('the answer', () => service.peerConnections[number - 1]?.localDescription?.type === 'answer');
  service.peerConnection.become('connected');
  await settle();
}

test('connect_aCamera_isConnectedWithItsStream', async () => {
  const { service, session, seen } = await openConnected();
  const stream = {};
  service.peerConnection.dispatchEvent(Object.assign(new Event('track'), { track: {}, streams: [stream] }));
  assert.equal(await session.ready, session);
  assert.deepEqual(seen.states, ['CONNECTING', 'CONNECTED']);
  assert.deepEqual([session.stream, seen.streams], [stream, [stream]]);
  assert.equal(session.peerConnection, service.peerConnection);
  assert.deepEqual(service.peerConnection.configuration.iceServers, [{ urls: ['stun:stun.example'] }]);
});

test('connect_rtcConfiguration_isPassedOn', async () => {
  const { service } = await openConnected({ rtcConfiguration: { iceTransportPolicy: 'relay' } });
  assert.deepEqual(service.peerConnection.configuration, { iceServers: [{ urls: ['stun:stun.example'] }], iceTransportPolicy: 'relay' });
});

test('connect_withoutIdsOrEndpoint_throws', () => {
  const { environment } = new FakeService();
  assert.throws(() => connect({ ...ids, deviceId: undefined, environment }), /deviceId/);
  assert.throws(() => connect({ ...ids, endpointUrl: undefined, environment }), /endpointUrl/);
});

test('connect_withoutPeerConnections_saysSo', () => {
  const environment = { ...new FakeService().environment, RTCPeerConnection: undefined };
  assert.throws(() => connect({ ...ids, environment }), /RTCPeerConnection/);
});

test('connect_deviceOffline_waitsForIt', async () => {
  const service = new FakeService();
  const { seen } = open(service);
  await settle();
  assert.deepEqual(seen.states, ['CONNECTING', 'OFFLINE']);
  startCamera(service);
  await connectPeers(service, 1);
  assert.deepEqual(seen.states, ['CONNECTING', 'OFFLINE', 'CONNECTING', 'CONNECTED']);
  assert.deepEqual(seen.errors, []);
});

test('connect_accessTokenFunction_isAskedForEachBeginning', async () => {
  let number = 0;
  const { service, camera, session } = await openConnected({ accessToken: async () => `token-${++number}` });
  assert.equal(service.requests.find(({ path }) => path.includes('client')).token, 'Bearer token-1');
  camera.device.close();
  await service.clock.advance(1000);
  startCamera(service, { mode: 'NONE' });
  await connectPeers(service, 2);
  assert.equal(service.requests.filter(({ path }) => path.includes('client')).at(-1).token, 'Bearer token-2');
  session.close();
});

for (const [name, accessToken] of [['throws', () => { throw new Error('backend away'); }], ['givesNothing', () => '']]) {
  test(`connect_accessTokenFunction_${name}_isRetriedAndNeverAnonymous`, async () => {
    const service = new FakeService();
    const { session, seen } = open(service, { accessToken });
    await service.clock.advance(2000);
    assert.deepEqual([...new Set(seen.errors)], ['TOKEN_UNAVAILABLE']);
    assert.ok(seen.errors.length > 1);
    assert.deepEqual(service.requests, []);
    session.close();
  });
}

test('refused_forGood_failsAndSaysWhy', async () => {
  const service = new FakeService();
  service.refusal = () => Response.json({ code: 'DEVICE_ID_NOT_FOUND', message: 'no such device' }, { status: 404 });
  const { session, seen } = open(service);
  await assert.rejects(session.ready, { code: 'DEVICE_ID_NOT_FOUND', status: 404 });
  assert.deepEqual([seen.states, seen.errors], [['CONNECTING', 'FAILED'], ['DEVICE_ID_NOT_FOUND']]);
  assert.equal(session.error.message, 'no such device');
  await service.clock.advance(100_000);
  assert.equal(service.requests.length, 1);
  assert.equal(service.clock.pending, 0);
});

test('refused_wrongSecret_fails', async () => {
  const service = new FakeService();
  startCamera(service);
  await settle();
  const { session } = open(service, { secret: 'wrong' });
  await assert.rejects(session.ready, { code: 'VERIFICATION_ERROR' });
  assert.equal(session.state, 'FAILED');
});

test('refused_forNow_waitsAsLongAsTheServiceSays', async () => {
  const service = new FakeService();
  service.refusal = () => Response.json({ code: 'TOO_MANY_REQUESTS' }, { status: 429, headers: { 'retry-after': '30' } });
  const { session, seen } = open(service);
  await settle();
  session.checkAlive();
  await service.clock.advance(29_999);
  assert.equal(service.requests.length, 1);
  service.refusal = null;
  await service.clock.advance(1);
  await settle();
  assert.deepEqual(seen.states, ['CONNECTING', 'RECONNECTING', 'OFFLINE']);
});

test('serviceStopped_pictureStaysAndTheConnectionComesBack', async () => {
  const { service, seen } = await openConnected();
  service.stop();
  await settle();
  service.refusal = null;
  await service.clock.advance(5000);
  assert.deepEqual(seen.states, ['CONNECTING', 'CONNECTED']);
  assert.equal(service.peerConnections.length, 1);
  assert.equal(service.peerConnection.connectionState, 'connected');
});

test('serviceAwayForGood_pictureStaysUntilItBreaksItself', async () => {
  const { service, session, seen } = await openConnected();
  service.stop();
  await service.clock.advance(600_000);
  assert.equal(session.state, 'CONNECTED');
  service.refusal = null;
  startCamera(service);
  await settle();
  service.peerConnection.become('failed');
  await service.clock.advance(1000);
  await connectPeers(service, 2);
  assert.deepEqual(seen.states, ['CONNECTING', 'CONNECTED', 'RECONNECTING', 'CONNECTED']);
});

test('serviceAwayFromTheStart_triesUntilItIsThere', async () => {
  const service = new FakeService();
  service.stop();
  const { seen } = open(service);
  await service.clock.advance(60_000);
  assert.ok(service.requests.length > 5);
  service.refusal = null;
  await service.clock.advance(10_000);
  assert.deepEqual(seen.states, ['CONNECTING', 'RECONNECTING', 'OFFLINE']);
});

test('deviceKilledAndRestarted_beginsAnewByItself', async () => {
  const { service, seen } = await openConnected();
  service.killDevice();
  service.peerConnection.become('disconnected');
  await service.clock.advance(3000);
  await until('the offer of the restart to come back', () => seen.states.at(-1) === 'OFFLINE');
  startCamera(service);
  await settle();
  await service.clock.advance(1000);
  await connectPeers(service, 2);
  assert.equal(seen.states.at(-1), 'CONNECTED');
  assert.ok(seen.errors.every((code) => code === 'CHANNEL_NOT_FOUND'), seen.errors.join());
});

test('deviceRestartedWhileConnected_isNoticedAtOnce', async () => {
  const { service, seen } = await openConnected();
  service.killDevice();
  startCamera(service);
  await service.clock.advance(1000);
  await connectPeers(service, 2);
  assert.deepEqual(seen.states, ['CONNECTING', 'CONNECTED', 'RECONNECTING', 'CONNECTED']);
  assert.equal(service.peerConnections[0].connectionState, 'closed');
});

test('peerConnectionFailed_restartsIce', async () => {
  const { service, session } = await openConnected();
  service.peerConnection.become('disconnected');
  await service.clock.advance(2999);
  assert.equal(service.peerConnection.restarts, 0);
  assert.equal(session.state, 'RECONNECTING');
  await service.clock.advance(1);
  assert.equal(service.peerConnection.restarts, 1);
  service.peerConnection.become('failed');
  await service.clock.advance(0);
  assert.equal(service.peerConnection.restarts, 2);
  service.peerConnection.become('connected');
  await settle();
  assert.equal(session.state, 'CONNECTED');
  assert.equal(service.peerConnections.length, 1);
});

test('peerConnectionStuck_beginsAnew', async () => {
  const { service, seen } = await openConnected();
  for (let i = 0; i < 4; i++) {
    service.peerConnection.become('failed');
    service.peerConnection.become('connecting');
    await service.clock.advance(5000);
  }
  await service.clock.advance(1000);
  assert.deepEqual(seen.errors, ['TIMEOUT']);
  await connectPeers(service, 2);
  assert.equal(seen.states.at(-1), 'CONNECTED');
});

test('path_isReadFromTheChosenPairAndFollowed', async () => {
  const { service, session, seen } = await openConnected();
  const use = (local, remote) => {
    service.peerConnection.stats = new Map([
      ['t', { id: 't', type: 'transport', selectedCandidatePairId: 'p' }],
      ['p', { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' }],
      ['l', { id: 'l', type: 'local-candidate', candidateType: local }],
      ['r', { id: 'r', type: 'remote-candidate', candidateType: remote }],
    ]);
  };
  use('host', 'relay');
  await service.clock.advance(3000);
  use('prflx', 'host');
  await service.clock.advance(3000);
  service.peerConnection.become('disconnected');
  await settle();
  assert.deepEqual(seen.paths, ['RELAYED', 'DIRECT', null]);
  assert.equal(session.path, null);
});

test('messages_ofTheApplication_passBothWaysAndNegotiationDoesNotShow', async () => {
  const { camera, session } = await openConnected();
  const atSession = [];
  const atCamera = [];
  session.on('message', (message) => atSession.push(message));
  camera.transports[0].on('message', ({ type }) => atCamera.push(type));
  await camera.transports[0].send({ type: 'NOTE', text: 'hello' });
  await session.send({ type: 'TURN', by: 5 });
  await until('both', () => atSession.length && atCamera.includes('TURN'));
  assert.deepEqual(atSession, [{ type: 'NOTE', text: 'hello' }]);
});

test('peerConnectionEvent_comesForEachBeginning', async () => {
  const service = new FakeService();
  const { session } = open(service);
  const seen = [];
  session.on('peerconnection', (peerConnection) => seen.push([peerConnection, peerConnection.localDescription]));
  startCamera(service);
  await connectPeers(service, 1);
  assert.deepEqual(seen, [[service.peerConnection, null]]);
});

test('peerConnectionCannotBeMade_saysWhyAndTriesAgain', async () => {
  const service = new FakeService();
  startCamera(service);
  await settle();
  const reason = new TypeError('no such policy');
  const environment = { ...service.environment, RTCPeerConnection: class { constructor() { throw reason; } } };
  const { session, seen } = open(service, { secret, environment });
  await until('the error', () => session.error);
  assert.deepEqual([session.state, seen.errors, session.error.cause], ['RECONNECTING', ['INTERNAL_ERROR'], reason]);
  session.close();
});

test('close_tellsTheDeviceAndStopsEverything', async () => {
  const { service, camera, session, seen } = await openConnected();
  session.close();
  await settle();
  assert.deepEqual(camera.device.channels, []);
  assert.equal(service.peerConnection.connectionState, 'closed');
  assert.deepEqual(seen.states.at(-1), 'CLOSED');
  await assert.rejects(session.send({}), { code: 'CONNECTION_LOST' });
  camera.device.close();
  assert.equal(service.clock.pending, 0);
});

test('close_beforeAnything_rejectsReady', async () => {
  const { session } = open(new FakeService());
  session.close();
  await assert.rejects(session.ready, { code: 'CHANNEL_CLOSED' });
});

test('page_comingBack_looksWhetherTheServiceIsThere', async (context) => {
  const page = new EventTarget();
  page.hidden = false;
  globalThis.document = page;
  globalThis.addEventListener = page.addEventListener.bind(page);
  context.after(() => { delete globalThis.document; delete globalThis.addEventListener; });
  const { service, seen, camera } = await openConnected();

  // Kept and brought back: the device is told, and all begins anew.
  page.dispatchEvent(new Event('pagehide'));
  await settle();
  assert.deepEqual(camera.device.channels, []);
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await connectPeers(service, 2);
  assert.equal(seen.states.at(-1), 'CONNECTED');

  // Looked at again: the service is asked for a sign of life.
  const asked = service.pings;
  page.dispatchEvent(new Event('visibilitychange'));
  await settle();
  assert.equal(service.pings, asked + 1);

  // Back on a network while it waits for the next try: it tries at once.
  service.peerConnection.become('disconnected');
  service.stop();
  await service.clock.advance(60_000);
  service.refusal = null;
  startCamera(service);
  page.dispatchEvent(new Event('online'));
  await connectPeers(service, 3);
  assert.equal(seen.states.at(-1), 'CONNECTED');
});
