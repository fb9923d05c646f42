import { backoffDelay } from '../backoff.js';
import { Emitter } from '../emitter.js';
import { createEnvironment } from '../environment.js';
import { ErrorCode, HeliographError } from '../errors.js';
import { names } from '../names.js';
import { defaultEndpoint } from '../origin.js';
import { Attempt, noConnection } from './attempt.js';
import { watchPage } from './page.js';
import { readPath } from './path.js';

export const SessionState = names(
  // On the way to the first connection.
  'CONNECTING',
  // The device is not connected to the service; the session goes on when it comes.
  'OFFLINE',
  'CONNECTED',
  // The connection is gone, or was not to be had; the session tries again by itself.
  'RECONNECTING',
  // Trying again does not help: somebody has to change something. The session's `error` says what.
  'FAILED',
  'CLOSED',
);

const MAX_DELAY_MS = 10_000;
const PATH_INTERVAL_MS = 3000;

const FINAL = new Set([
  'BAD_REQUEST', 'UNAUTHORIZED', 'PRODUCT_ID_NOT_FOUND', 'DEVICE_ID_NOT_FOUND',
  ErrorCode.ACCESS_DENIED, ErrorCode.VERIFICATION_ERROR, ErrorCode.DECODE_ERROR, ErrorCode.BAD_RESPONSE,
]);

/**
 * @typedef {object} ConnectOptions
 * @property {string} [endpointUrl] base URL of the service; by default the one that this module was loaded from
 * @property {string} productId
 * @property {string} deviceId
 * @property {string} [secret] shared with the device: every message is signed with it
 * @property {string} [keyId] tells the device which of its secrets is meant
 * @property {import('../client.js').AccessToken} [accessToken] a function is asked anew whenever the session begins anew
 * @property {RTCConfiguration} [rtcConfiguration] for the peer connection, on top of the ICE servers of the setup
 * @property {(entry: import('../environment.js').TraceEntry) => void} [onTrace]
 * @property {Partial<import('../environment.js').Environment>} [environment]
 */

/**
 * A client's connection to a device, media included, that is made anew as often as it takes.
 * Events: `statechange` (the state), `stream` (what the device sends, a new one after each new beginning), `pathchange` (the path),
 * `error` (why a try failed or a connection was lost), `peerconnection` (each new one, before anything is negotiated: the place for
 * tracks and data channels of this side), `message` (of the application's own).
 * @extends {Emitter<{statechange: string, stream: MediaStream, pathchange: string | null, error: HeliographError, peerconnection: RTCPeerConnection, message: any}>}
 */
export class DeviceSession extends Emitter {
  #options;
  #environment;
  /** @type {Attempt | undefined} */
  #attempt;
  /** @type {string} */
  #state = SessionState.CONNECTING;
  #failures = 0;
  #wasConnected = false;
  /** @type {any} */
  #retryTimer;
  /** @type {any} */
  #pathTimer;
  #mayHurry = true;
  #stopWatching;
  /** @type {any} */
  #settle;

  /** @param {ConnectOptions} options */
  constructor({ environment, ...options }) {
    super();
    this.#environment = createEnvironment(environment, 'RTCPeerConnection');
    this.#options = { ...options, endpointUrl: options.endpointUrl ?? defaultEndpoint() };
    /**
     * What the device sends, once there is something.
     * @type {MediaStream | null}
     */
    this.stream = null;
    /**
     * DIRECT or RELAYED; null while there is no connection.
     * @type {string | null}
     */
    this.path = null;
    /**
     * Why there is no connection.
     * @type {HeliographError | null}
     */
    this.error = null;
    /**
     * Settles when the device is connected for the first time, or the session has ended before.
     * @type {Promise<DeviceSession>}
     */
    this.ready = new Promise((resolve, reject) => { this.#settle = { resolve, reject }; });
    this.ready.catch(() => {});
    this.#begin();
    this.#stopWatching = watchPage({
      wake: () => this.#wake(),
      hide: () => this.#drop(),
      show: () => this.#attempt ?? this.#begin(),
    });
  }

  get state() {
    return this.#state;
  }

  /** Of the present try; the event `peerconnection` tells of the next ones. */
  get peerConnection() {
    return this.#attempt?.peerConnection;
  }

  /**
   * Sends a message of the application's own, signed like the others. Rejects where the connection ends before.
   * @param {any} message
   * @returns {Promise<void>}
   */
  async send(message) {
    if (!this.#attempt) {
      throw noConnection();
    }
    await this.#attempt.send(message);
  }

  /** Finds out whether the service is still there, and tries again at once where it was waiting. In pages that happens by itself. */
  checkAlive() {
    this.#wake();
  }

  close() {
    this.#finish(SessionState.CLOSED, new HeliographError(ErrorCode.CHANNEL_CLOSED, 'The session was closed.'));
  }

  #begin() {
    this.#environment.clearTimeout(this.#retryTimer);
    const attempt = new Attempt(this.#options, this.#environment);
    this.#attempt = attempt;
    attempt.on('change', () => this.#update());
    attempt.on('end', (error) => this.#attemptEnded(error));
    for (const event of /** @type {const} */ (['peerconnection', 'message'])) {
      attempt.on(event, (/** @type {any} */ detail) => this.emit(event, detail));
    }
    attempt.on('stream', (stream) => {
      if (this.stream !== stream) {
        this.stream = stream;
        this.emit('stream', stream);
      }
    });
    attempt.start();
    this.#update();
  }

  /** Leaves the present try, as a page does that is put away: the device learns of it at once. */
  #drop() {
    this.#environment.clearTimeout(this.#retryTimer);
    this.#attempt?.close();
    this.#attempt = undefined;
    this.#update();
  }

  #wake() {
    this.#attempt?.wake();
    if (!this.#attempt && this.#mayHurry && !this.#hasEnded) {
      this.#begin();
    }
  }

  get #hasEnded() {
    return this.#state === SessionState.FAILED || this.#state === SessionState.CLOSED;
  }

  /** @param {any} error */
  #attemptEnded(error) {
    this.#attempt = undefined;
    this.error = error;
    if (FINAL.has(error.code)) {
      this.#finish(SessionState.FAILED, error);
      return;
    }
    this.#mayHurry = error.retryAfterMs === undefined;
    // Half a second at first: most often it is the device that has begun anew.
    const delay = error.retryAfterMs ?? backoffDelay(this.#failures - 1, MAX_DELAY_MS, this.#environment.random);
    this.#failures++;
    this.#retryTimer = this.#environment.setTimeout(() => this.#begin(), delay);
    this.emit('error', error);
    this.#update();
  }

  /**
   * @param {string} state
   * @param {HeliographError} error
   */
  #finish(state, error) {
    if (this.#state === SessionState.CLOSED) {
      return;
    }
    this.#stopWatching();
    this.#setState(state);
    this.#drop();
    this.#settle.reject(error);
    if (state === SessionState.FAILED) {
      this.emit('error', error);
    }
  }

  #update() {
    if (this.#hasEnded) {
      this.#followPath();
    } else if (this.#attempt?.isLive) {
      this.#failures = 0;
      this.#wasConnected = true;
      this.error = null;
      this.#setState(SessionState.CONNECTED);
      this.#settle.resolve(this);
    } else if (this.#attempt?.isDeviceOffline) {
      this.#setState(SessionState.OFFLINE);
    } else {
      this.#setState(this.#wasConnected || this.#failures ? SessionState.RECONNECTING : SessionState.CONNECTING);
    }
  }

  /** @param {string} state */
  #setState(state) {
    if (this.#state !== state) {
      this.#state = state;
      this.#followPath();
      this.emit('statechange', state);
    }
  }

  async #followPath() {
    this.#environment.clearTimeout(this.#pathTimer);
    const attempt = this.#attempt;
    const path = attempt?.isLive ? await readPath(attempt.peerConnection) : null;
    if (attempt !== this.#attempt) {
      return;
    }
    this.#environment.clearTimeout(this.#pathTimer);
    if (attempt?.isLive) {
      this.#pathTimer = this.#environment.setTimeout(() => this.#followPath(), PATH_INTERVAL_MS);
    }
    if (this.path !== path) {
      this.path = path;
      this.emit('pathchange', path);
    }
  }
}
