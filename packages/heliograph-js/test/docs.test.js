import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ChannelState, ErrorCode, HeliographCamera, MediaPath, SessionState } from '#heliograph';

const page = readFileSync(new URL('../../../docs/sdk-browser.md', import.meta.url), 'utf8');

for (const [what, names] of Object.entries({
  errorCode: Object.keys(ErrorCode),
  sessionState: Object.keys(SessionState),
  path: Object.keys(MediaPath),
  attribute: HeliographCamera.observedAttributes,
})) {
  test(`page_namesEvery_${what}`, () => {
    assert.deepEqual(names.filter((name) => !page.includes(`\`${name}\``)), []);
  });
}

test('states_areTheirOwnNames', () => {
  assert.deepEqual({ ...ChannelState }, { NEW: 'NEW', CONNECTED: 'CONNECTED', DISCONNECTED: 'DISCONNECTED', FAILED: 'FAILED', CLOSED: 'CLOSED' });
  assert.ok(Object.isFrozen(ErrorCode));
});
