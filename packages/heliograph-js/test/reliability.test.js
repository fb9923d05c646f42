import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reliability, isFirstMessage } from '../src/reliability.js';

function createPeer() {
  const sent = [];
  const received = [];
  const reliability = new Reliability({ transmit: (message) => sent.push(message), deliver: (data) => received.push(data) });
  return { reliability, sent, received };
}

test('send_severalMessages_countFromZeroAndStayPendingUntilAcked', () => {
  const { reliability, sent } = createPeer();
  reliability.send('a');
  reliability.send('b');
  assert.deepEqual(sent, [{ type: 'DATA', seq: 0, data: 'a' }, { type: 'DATA', seq: 1, data: 'b' }]);
  assert.equal(reliability.pending, 2);
  reliability.receive({ type: 'ACK', seq: 0 });
  reliability.receive({ type: 'ACK', seq: 1 });
  assert.equal(reliability.pending, 0);
});

test('receive_ackOfALaterMessage_countsForNothing', () => {
  const { reliability } = createPeer();
  reliability.send('a');
  reliability.send('b');
  reliability.receive({ type: 'ACK', seq: 1 });
  assert.equal(reliability.pending, 2);
});

test('receive_ackTwice_secondOneIsIgnored', () => {
  const { reliability } = createPeer();
  reliability.send('a');
  reliability.send('b');
  reliability.receive({ type: 'ACK', seq: 0 });
  reliability.receive({ type: 'ACK', seq: 0 });
  assert.equal(reliability.pending, 1);
});

test('resend_afterLoss_repeatsAllUnackedInOrder', () => {
  const { reliability, sent } = createPeer();
  ['a', 'b', 'c'].forEach((data) => reliability.send(data));
  reliability.receive({ type: 'ACK', seq: 0 });
  sent.length = 0;
  reliability.resend();
  assert.deepEqual(sent.map(({ seq }) => seq), [1, 2]);
});

test('receive_inOrder_deliversAndAcks', () => {
  const { reliability, sent, received } = createPeer();
  reliability.receive({ type: 'DATA', seq: 0, data: 'a' });
  reliability.receive({ type: 'DATA', seq: 1, data: 'b' });
  assert.deepEqual(received, ['a', 'b']);
  assert.deepEqual(sent, [{ type: 'ACK', seq: 0 }, { type: 'ACK', seq: 1 }]);
});

test('receive_duplicate_isAckedAgainAndDropped', () => {
  const { reliability, sent, received } = createPeer();
  reliability.receive({ type: 'DATA', seq: 0, data: 'a' });
  reliability.receive({ type: 'DATA', seq: 0, data: 'a' });
  assert.deepEqual(received, ['a']);
  assert.deepEqual(sent, [{ type: 'ACK', seq: 0 }, { type: 'ACK', seq: 0 }]);
});

test('receive_aheadOfItsTurn_isDroppedWithoutAck', () => {
  const { reliability, sent, received } = createPeer();
  reliability.receive({ type: 'DATA', seq: 1, data: 'b' });
  assert.deepEqual(received, []);
  assert.deepEqual(sent, []);
});

test('receive_malformed_isIgnored', () => {
  const { reliability, sent, received } = createPeer();
  for (const message of [null, 1, 'DATA', {}, { type: 'DATA' }, { type: 'DATA', seq: '0' }, { type: 'DATA', seq: 0.5 }, { type: 'NEW', seq: 0 }]) {
    reliability.receive(message);
  }
  assert.deepEqual([sent, received], [[], []]);
});

test('twoPeers_overAWireThatLosesAndRepeats_deliverEverythingOnceAndInOrder', () => {
  // A fixed pseudo-random sequence, so that a failure repeats itself.
  let seed = 42;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  const wire = [];
  const received = { a: [], b: [] };
  const peers = {
    a: new Reliability({ transmit: (message) => wire.push(['b', message]), deliver: (data) => received.a.push(data) }),
    b: new Reliability({ transmit: (message) => wire.push(['a', message]), deliver: (data) => received.b.push(data) }),
  };
  const pump = (lossRate) => {
    while (wire.length > 0) {
      const [to, message] = wire.shift();
      if (random() >= lossRate) {
        peers[to].receive(message);
        if (random() < 0.2) {
          peers[to].receive(message);
        }
      }
    }
  };
  for (let i = 0; i < 200; i++) {
    peers.a.send(i);
    peers.b.send(-i);
    pump(0.3);
    if (i % 5 === 0) {
      peers.a.resend();
      peers.b.resend();
      pump(0.3);
    }
  }
  while (peers.a.pending + peers.b.pending > 0) {
    peers.a.resend();
    peers.b.resend();
    pump(0);
  }
  const expected = Array.from({ length: 200 }, (_, i) => i);
  assert.deepEqual(received.b, expected);
  assert.deepEqual(received.a, expected.map((i) => -i));
});

test('isFirstMessage_onlyDataWithSeqZero', () => {
  assert.equal(isFirstMessage({ type: 'DATA', seq: 0, data: {} }), true);
  assert.equal(isFirstMessage({ type: 'DATA', seq: 1, data: {} }), false);
  assert.equal(isFirstMessage({ type: 'ACK', seq: 0 }), false);
  assert.equal(isFirstMessage(undefined), false);
});
