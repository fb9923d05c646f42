/**
 * Exponential backoff from 1 s, jittered to between half and the whole of it, so that peers which lost
 * the same service at the same moment do not come back in step.
 * @param {number} failures how many tries have failed before
 * @param {number} maxMs
 * @param {() => number} random
 */
export function backoffDelay(failures: number, maxMs: number, random: () => number): number;
/**
 * @param {string | null | undefined} value a Retry-After header: seconds, or an HTTP date
 * @param {number} now
 * @returns {number | undefined} milliseconds; undefined where there is none or it can't be read
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined;
/** How long a 429 holds a device back when it does not say. */
export const DEFAULT_RETRY_AFTER_MS: 300000;
