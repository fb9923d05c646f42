/**
 * Codes that peers send each other, and those this module adds for what happens on its own side.
 * Codes of HTTP answers are the service's and pass through as they come.
 */
export const ErrorCode = Object.freeze({
  // Between peers, in ERROR frames.
  DECODE_ERROR: 'DECODE_ERROR',
  VERIFICATION_ERROR: 'VERIFICATION_ERROR',
  CHANNEL_CLOSED: 'CHANNEL_CLOSED',
  CHANNEL_NOT_FOUND: 'CHANNEL_NOT_FOUND',
  NO_MORE_CHANNELS: 'NO_MORE_CHANNELS',
  ACCESS_DENIED: 'ACCESS_DENIED',
  INTERNAL_ERROR: 'INTERNAL_ERROR',
  // On this side only.
  NETWORK_ERROR: 'NETWORK_ERROR',
  TIMEOUT: 'TIMEOUT',
  BAD_RESPONSE: 'BAD_RESPONSE',
  CONNECTION_LOST: 'CONNECTION_LOST',
  DEVICE_OFFLINE: 'DEVICE_OFFLINE',
});

/** Base of every error this module reports: `code` is for programs, `message` for people. */
export class HeliographError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The service answered an HTTP call with an error. */
export class HttpError extends HeliographError {
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
