import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize, summarizeReliability } from '../src/summary.js';

test('summarize_saysWhatItIsAbout', () => {
  const description = { type: 'offer', sdp: 'v=0\r\nm=video 9 UDP\r\na=x\r\nm=application 9 UDP\r\n' };
  assert.equal(summarize({ type: 'DESCRIPTION', description }), 'offer of video + application');
  const candidate = { candidate: 'candidate:1 1 UDP 2122 192.0.2.1 4242 typ srflx raddr 10.0.0.1' };
  assert.equal(summarize({ type: 'CANDIDATE', candidate }), 'srflx udp');
  assert.equal(summarize({ type: 'CANDIDATE', candidate: { candidate: '' } }), 'end of candidates');
  assert.equal(summarize({ type: 'SETUP_RESPONSE', iceServers: [{}] }), 'ICE servers: 1');
  assert.equal(summarize({ type: 'SETUP_RESPONSE' }), 'ICE servers: 0');
});

test('summarize_ofAnything_isShort', () => {
  for (const message of [null, 1, {}, { type: 'DESCRIPTION' }, { type: 'CANDIDATE' }, { type: 'DESCRIPTION', description: { type: 'x'.repeat(1e5) } }]) {
    assert.ok(summarize(message).length <= 80);
  }
  assert.ok(summarizeReliability({ seq: 'x'.repeat(1e5) }).length <= 60);
});
