import { backoffDelay, DEFAULT_RETRY_AFTER_MS } from './backoff.js';
import { Emitter } from './emitter.js';
import { ErrorCode, HeliographError, HttpError } from './errors.js';
import { names } from './names.js';
import { RoutingSocket } from './routing.js';

export const ConnectionState = names('NEW', 'CONNECTING', 'CONNECTED', 'WAIT_RETRY', 'FAILED', 'CLOSED');

/** A connection that held this long was a good one: failures are counted afresh. */
const HELD_MS = 10_000;
/** A Retry-After of zero, or a date that this clock has passed, must not make a busy loop. */
const MIN_RETRY_AFTER_MS = 1000;
const PONG_TIMEOUT_MS = 1000;

/**
 * What tells a device's connection from a client's.
 * @typedef {object} ConnectionPolicy
 * @property {() => Promise<string>} getUrl called for every try
 * @property {number} maxTries failed tries in a row before giving up; where that ever happens, a first try that fails is final
 * @property {number} maxDelayMs
 */

/**
 * Keeps a WebSocket to the service open.
 * Events: `statechange` (the state), `open` (after every opening), `frame`, `error` (why a try failed or a connection was lost;
 * the state is already the new one).
 * @extends {Emitter<{statechange: string, open: void, frame: import('./routing.js').Frame, error: HeliographError}>}
 */
export class Connection extends Emitter {
  #policy;
  #environment;
  /** @type {RoutingSocket | null} */
  #socket = null;
  /** @type {string} */
  #state = ConnectionState.NEW;
  #everOpened = false;
  #tries = 0;
  /** @type {any} */
  #retryTimer;
  /** @type {any} */
  #heldTimer;

  /**
   * @param {ConnectionPolicy} policy
   * @param {import('./environment.js').Environment} environment
   */
  constructor(policy, environment) {
    super();
    this.#policy = policy;
    this.#environment = environment;
  }

  get state() {
    return this.#state;
  }

  start() {
    if (this.#state === ConnectionState.NEW) {
      this.#connect();
    }
  }

  /**
   * @param {import('./routing.js').Frame} frame
   * @returns {boolean} false while there is no connection: the frame is gone
   */
  send(frame) {
    return this.#state === ConnectionState.CONNECTED && (this.#socket?.send(frame) ?? false);
  }

  /** Asks the service for a sign of life, and reconnects if there is none within a second. */
  async checkAlive() {
    const socket = this.#socket;
    if (!socket || this.#state !== ConnectionState.CONNECTED) {
      return false;
    }
    const alive = await socket.ping(PONG_TIMEOUT_MS);
    if (!alive && this.#socket === socket) {
      this.#failed(new HeliographError(ErrorCode.CONNECTION_LOST, 'The service gives no sign of life.'));
    }
    return alive;
  }

  close() {
    this.#end(ConnectionState.CLOSED);
  }

  async #connect() {
    this.#setState(ConnectionState.CONNECTING);
    try {
      const url = await this.#policy.getUrl();
      if (this.#state !== ConnectionState.CONNECTING) {
        return;
      }
      this.#socket = new RoutingSocket(url, this.#environment, {
        onOpen: () => this.#opened(),
        onFrame: (frame) => this.emit('frame', frame),
        onClose: (error) => this.#failed(error),
      });
    } catch (error) {
      if (this.#state === ConnectionState.CONNECTING) {
        this.#failed(error instanceof HeliographError
          ? error
          : new HeliographError(ErrorCode.INTERNAL_ERROR, 'Connecting failed.', { cause: error }));
      }
    }
  }

  #opened() {
    this.#everOpened = true;
    this.#heldTimer = this.#environment.setTimeout(() => { this.#tries = 0; }, HELD_MS);
    this.#setState(ConnectionState.CONNECTED);
    this.emit('open');
  }

  /** @param {HeliographError} error */
  #failed(error) {
    this.#release();
    const { maxTries } = this.#policy;
    if (this.#everOpened ? this.#tries >= maxTries : maxTries < Infinity) {
      this.#end(ConnectionState.FAILED, error);
      return;
    }
    const delay = error instanceof HttpError && error.status === 429
      ? Math.max(error.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS, MIN_RETRY_AFTER_MS)
      : backoffDelay(this.#tries, this.#policy.maxDelayMs, this.#environment.random);
    this.#retryTimer = this.#environment.setTimeout(() => {
      this.#tries++;
      this.#connect();
    }, delay);
    this.#setState(ConnectionState.WAIT_RETRY, error);
  }

  /**
   * @param {string} state FAILED or CLOSED
   * @param {HeliographError} [error]
   */
  #end(state, error) {
    if (this.#state === ConnectionState.FAILED || this.#state === ConnectionState.CLOSED) {
      return;
    }
    this.#environment.clearTimeout(this.#retryTimer);
    this.#release();
    this.#setState(state, error);
  }

  #release() {
    this.#environment.clearTimeout(this.#heldTimer);
    this.#socket?.drop();
    this.#socket = null;
  }

  /**
   * @param {string} state
   * @param {HeliographError} [error] why
   */
  #setState(state, error) {
    this.#state = state;
    if (error) {
      this.emit('error', error);
    }
    // The listener may have closed the connection, which has then been told already.
    if (this.#state === state) {
      this.emit('statechange', state);
    }
  }
}
