const FIRST_DELAY_MS = 1000;

/** How long a 429 holds a device back when it does not say. */
export const DEFAULT_RETRY_AFTER_MS = 300_000;

/**
 * Exponential backoff from 1 s, jittered to between half and the whole of it, so that peers which lost
 * the same service at the same moment do not come back in step.
 * @param {number} failures how many tries have failed before
 * @param {number} maxMs
 * @param {() => number} random
 */
export function backoffDelay(failures, maxMs, random) {
  const full = Math.min(FIRST_DELAY_MS * 2 ** failures, maxMs);
  return full * (0.5 + random() / 2);
}

/**
 * @param {string | null | undefined} value a Retry-After header: seconds, or an HTTP date
 * @param {number} now
 * @returns {number | undefined} milliseconds; undefined where there is none or it can't be read
 */
export function parseRetryAfter(value, now) {
  if (value == null) {
    return undefined;
  }
  if (/^\s*\d+\s*$/.test(value)) {
    return Number(value) * 1000;
  }
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
