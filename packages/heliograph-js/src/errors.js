import { names } from './names.js';

/**
 * Codes that peers send each other, and those this module adds for what happens on its own side.
 * Codes of HTTP answers are the service's and pass through as they come.
 */
export const ErrorCode = names(
  // Between peers, in ERROR frames.
  'DECODE_ERROR',
  'VERIFICATION_ERROR',
  'CHANNEL_CLOSED',
  'CHANNEL_NOT_FOUND',
  'NO_MORE_CHANNELS',
  'ACCESS_DENIED',
  'INTERNAL_ERROR',
  // On this side only.
  'NETWORK_ERROR',
  'TIMEOUT',
  'BAD_RESPONSE',
  'CONNECTION_LOST',
  'DEVICE_OFFLINE',
  'TOKEN_UNAVAILABLE',
);

/** Base of every error this module reports: `code` is for programs, `message` for people. */
export class HeliographError extends Error {
  // Not the class's own name, which is another one in the bundle.
  name = 'HeliographError';

  /**
   * @param {string} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
}

/** The service answered an HTTP call with an error. */
export class HttpError extends HeliographError {
  name = 'HttpError';

  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {number} [retryAfterMs] what Retry-After asked for, where the answer had one
   */
  constructor(status, code, message, retryAfterMs) {
    super(code, message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Ends a channel. `remote` tells whether the other peer said so, or this side found out. */
export class ChannelError extends HeliographError {
  name = 'ChannelError';

  /**
   * @param {string} code
   * @param {string} message
   * @param {boolean} [remote]
   */
  constructor(code, message, remote = false) {
    super(code, message);
    this.remote = remote;
  }
}
