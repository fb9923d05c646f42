import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffDelay, parseRetryAfter } from '../src/backoff.js';

test('backoffDelay_doublesFromOneSecondToTheLimit', () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 20, 2000].map((failures) => backoffDelay(failures, 60_000, () => 1));
  assert.deepEqual(delays, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('backoffDelay_isJitteredDownToHalf', () => {
  assert.equal(backoffDelay(3, 60_000, () => 0), 4000);
  assert.equal(backoffDelay(3, 60_000, () => 0.5), 6000);
});

test('parseRetryAfter_secondsOrDate', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(parseRetryAfter('7', now), 7000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60_000);
  assert.equal(parseRetryAfter('Wed, 31 Dec 2025 23:59:00 GMT', now), 0);
});

test('parseRetryAfter_missingOrUnreadable_isUndefined', () => {
  assert.equal(parseRetryAfter(null, 0), undefined);
  assert.equal(parseRetryAfter('soon', 0), undefined);
});
