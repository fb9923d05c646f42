import { ChannelState, SignalingChannel, traceFrame } from './channel.js';
import { ConnectionState } from './connection.js';
import { Emitter } from './emitter.js';
import { ErrorCode, HeliographError } from './errors.js';
import { ServiceLink } from './link.js';

const MAX_TRIES = 7;

/**
 * A token that the vendor's backend has made for this client, or what gets one whenever it is needed.
 * @typedef {string | (() => string | Promise<string>)} AccessToken
 */

/**
 * @typedef {import('./link.js').ServiceOptions & {
 *   accessToken?: AccessToken,
 *   requireOnline?: boolean,
 * }} ClientOptions
 *   `accessToken` makes the channel an authorized one. `requireOnline`: fail with DEVICE_OFFLINE rather than wait for the device.
 */

/**
 * A client's side of the service: one connection to one device, which is one channel.
 * Events: `connectionstatechange` (the state), `error` (why connecting failed or a connection was lost).
 * @extends {Emitter<{connectionstatechange: string, error: HeliographError}>}
 */
export class SignalingClient extends Emitter {
  #link;
  #accessToken;
  #requireOnline;
  /** @type {Promise<string> | undefined} */
  #url;
  /** @type {HeliographError | undefined} */
  #lastError;
  #deviceOnline = false;

  /** @param {ClientOptions} options */
  constructor({ accessToken, requireOnline = false, ...options }) {
    super();
    this.#accessToken = accessToken;
    this.#requireOnline = requireOnline;
    this.#link = new ServiceLink(options, () => ({
      // The same URL serves every reconnect: the channel and its authorization are in it.
      getUrl: () => this.#url ??= this.#requestUrl(),
      maxTries: MAX_TRIES,
      maxDelayMs: Infinity,
    }));
    this.channel = new SignalingChannel({ link: this.#link });
    const { connection } = this.#link;
    connection.on('statechange', (state) => this.#connectionChanged(state));
    connection.on('error', (error) => this.#reportError(error));
    connection.on('open', () => this.#opened());
    connection.on('frame', (frame) => this.#receive(frame));
  }

  get connectionState() {
    return this.#link.connection.state;
  }

  start() {
    this.#link.connection.start();
  }

  /** Asks the service for a sign of life, and reconnects if there is none within a second. */
  checkAlive() {
    return this.#link.connection.checkAlive();
  }

  /** @returns {Promise<RTCIceServer[]>} */
  async requestIceServers() {
    return this.#link.http.iceServers(await this.#getToken());
  }

  /** Closes the channel, then the connection. */
  close() {
    this.channel.close();
    this.#link.connection.close();
  }

  /** @returns {Promise<string>} */
  async #requestUrl() {
    const { signalingUrl, deviceOnline, channelId } = await this.#link.http.connectClient(await this.#getToken());
    this.channel.id = channelId;
    this.#deviceOnline = deviceOnline === true;
    if (this.#requireOnline && !this.#deviceOnline) {
      throw new HeliographError(ErrorCode.DEVICE_OFFLINE, 'The device is not connected.');
    }
    return signalingUrl;
  }

  async #getToken() {
    if (typeof this.#accessToken !== 'function') {
      return this.#accessToken;
    }
    try {
      const token = await this.#accessToken();
      if (token) {
        return token;
      }
    } catch (cause) {
      throw noToken({ cause });
    }
    // Going on without one would make the client somebody else.
    throw noToken();
  }

  #opened() {
    if (this.channel.state === ChannelState.NEW) {
      this.channel.setPeerOnline(this.#deviceOnline);
    }
    this.channel.resend();
  }

  /** @param {string} state */
  #connectionChanged(state) {
    if (state === ConnectionState.FAILED && this.#lastError) {
      this.channel.abandon(this.#lastError);
    }
    this.emit('connectionstatechange', state);
  }

  /** @param {HeliographError} error */
  #reportError(error) {
    this.#lastError = error;
    this.emit('error', error);
  }

  /** @param {import('./routing.js').Frame} frame */
  #receive(frame) {
    if (frame.channelId === this.channel.id) {
      this.#link.trace(traceFrame(frame, 'in'));
      this.channel.receive(frame);
    }
  }
}

/** @param {ErrorOptions} [options] */
function noToken(options) {
  return new HeliographError(ErrorCode.TOKEN_UNAVAILABLE, 'There is no access token to be had.', options);
}
