import { ChannelState, SignalingChannel, traceFrame } from './channel.js';
import { Connection, ConnectionState } from './connection.js';
import { Emitter } from './emitter.js';
import { createEnvironment } from './environment.js';
import { ErrorCode, HeliographError } from './errors.js';
import { HttpApi } from './http.js';

const MAX_TRIES = 7;

/**
 * A client's side of the service: one connection to one device, which is one channel.
 * Events: `connectionstatechange` (the state), `error` (why connecting failed or a connection was lost).
 */
export class SignalingClient extends Emitter {
  #http;
  #accessToken;
  #requireOnline;
  #connection;
  #trace;
  /** @type {Promise<string> | undefined} */
  #url;
  /** @type {HeliographError | undefined} */
  #lastError;
  #deviceOnline = false;

  /**
   * @param {object} options
   * @param {string} options.endpointUrl base URL of the service
   * @param {string} options.productId
   * @param {string} options.deviceId
   * @param {string} [options.accessToken] makes the channel an authorized one
   * @param {boolean} [options.requireOnline] fail with DEVICE_OFFLINE rather than wait for the device
   * @param {(entry: import('./environment.js').TraceEntry) => void} [options.onTrace]
   * @param {Partial<import('./environment.js').Environment>} [options.environment]
   */
  constructor({ endpointUrl, productId, deviceId, accessToken, requireOnline = false, onTrace, environment: overrides }) {
    super();
    const environment = createEnvironment(overrides);
    this.#trace = (/** @type {any} */ entry) => onTrace?.({ time: environment.now(), ...entry });
    this.#http = new HttpApi({ endpointUrl, productId, deviceId, environment, trace: this.#trace });
    this.#accessToken = accessToken;
    this.#requireOnline = requireOnline;
    this.channel = new SignalingChannel({ sendFrame: (frame) => this.#send(frame), trace: this.#trace });
    this.#connection = new Connection({
      // The same URL serves every reconnect: the channel and its authorization are in it.
      getUrl: () => this.#url ??= this.#requestUrl(),
      firstFailureIsFinal: true,
      maxTries: MAX_TRIES,
      maxDelayMs: Infinity,
    }, environment);
    this.#connection.on('statechange', (state) => this.#connectionChanged(state));
    this.#connection.on('error', (error) => this.#reportError(error));
    this.#connection.on('open', () => this.#opened());
    this.#connection.on('frame', (frame) => this.#receive(frame));
  }

  get connectionState() {
    return this.#connection.state;
  }

  start() {
    this.#connection.start();
  }

  /** Asks the service for a sign of life, and reconnects if there is none within a second. */
  checkAlive() {
    return this.#connection.checkAlive();
  }

  /** @returns {Promise<RTCIceServer[]>} */
  requestIceServers() {
    return this.#http.iceServers(this.#accessToken);
  }

  /** Closes the channel, then the connection. */
  close() {
    this.channel.close();
    this.#connection.close();
  }

  async #requestUrl() {
    const { signalingUrl, deviceOnline, channelId } = await this.#http.connectClient(this.#accessToken);
    this.channel.id = channelId;
    this.#deviceOnline = deviceOnline === true;
    if (this.#requireOnline && !this.#deviceOnline) {
      throw new HeliographError(ErrorCode.DEVICE_OFFLINE, 'The device is not connected.');
    }
    return signalingUrl;
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
      this.#trace(traceFrame(frame, 'in'));
      this.channel.receive(frame);
    }
  }

  /** @param {import('./routing.js').Frame} frame */
  #send(frame) {
    if (this.#connection.send(frame)) {
      this.#trace(traceFrame(frame, 'out'));
    }
  }
}
