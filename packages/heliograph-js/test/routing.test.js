import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoutingSocket, parseFrame } from '../src/routing.js';
import { createWorld, settle } from './fakes.js';

function openSocket() {
  const world = createWorld();
  const seen = { opened: 0, frames: [], errors: [] };
  const socket = new RoutingSocket('wss://service.example/x', world.environment, {
    onOpen: () => seen.opened++,
    onFrame: (frame) => seen.frames.push(frame),
    onClose: (error) => seen.errors.push(error.code),
  });
  return { ...world, fake: world.sockets[0], socket, seen };
}

test('parseFrame_whatIsNotUnderstood_isNull', () => {
  for (const data of ['', 'x', '1', 'null', '[]', '{}', '{"type":1}', new ArrayBuffer(2), undefined]) {
    assert.equal(parseFrame(data), null);
  }
  assert.deepEqual(parseFrame('{"type":"NEW","a":1}'), { type: 'NEW', a: 1 });
});

test('ping_fromTheService_isAnsweredAndNotPassedOn', () => {
  const { fake, seen } = openSocket();
  fake.open();
  fake.deliver({ type: 'PING' });
  assert.deepEqual(fake.sent, [{ type: 'PONG' }]);
  assert.deepEqual(seen.frames, []);
});

test('frames_arriveInOrder_rubbishBetweenIsIgnored', () => {
  const { fake, seen } = openSocket();
  fake.open();
  fake.deliver({ type: 'PEER_CONNECTED', channelId: 'c' });
  fake.deliver('{');
  fake.deliver({ type: 'PEER_OFFLINE', channelId: 'c' });
  assert.deepEqual(seen.frames.map(({ type }) => type), ['PEER_CONNECTED', 'PEER_OFFLINE']);
});

test('ping_answered_isAlive', async () => {
  const { fake, socket, clock } = openSocket();
  fake.open();
  const alive = socket.ping(1000);
  assert.deepEqual(fake.sent, [{ type: 'PING' }]);
  fake.deliver({ type: 'PONG' });
  assert.equal(await alive, true);
  assert.equal(clock.pending, 0);
});

test('ping_unanswered_isNotAliveAfterTheTimeout', async () => {
  const { fake, socket, clock } = openSocket();
  fake.open();
  const alive = socket.ping(1000);
  await clock.advance(1000);
  assert.equal(await alive, false);
});

test('send_beforeOpening_isRefused', () => {
  const { fake, socket } = openSocket();
  assert.equal(socket.send({ type: 'PING' }), false);
  fake.open();
  assert.equal(socket.send({ type: 'PING' }), true);
});

test('opening_thatTakesTooLong_isGivenUp', async () => {
  const { seen, clock, fake } = openSocket();
  await clock.advance(20_000);
  assert.deepEqual(seen.errors, ['TIMEOUT']);
  fake.break();
  assert.equal(seen.errors.length, 1);
});

test('drop_afterwards_nothingIsReported', async () => {
  const { fake, socket, seen, clock } = openSocket();
  fake.open();
  socket.drop();
  fake.deliver({ type: 'PEER_CONNECTED', channelId: 'c' });
  fake.break();
  await settle();
  assert.deepEqual(seen, { opened: 1, frames: [], errors: [] });
  assert.equal(clock.pending, 0);
});
