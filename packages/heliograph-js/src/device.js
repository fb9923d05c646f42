import { ChannelState, SignalingChannel, traceFrame } from './channel.js';
import { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import { createEnvironment } from './environment.js';
import { ErrorCode } from './errors.js';
import { HttpApi } from './http.js';
import { isFirstMessage } from './reliability.js';

const MAX_DELAY_MS = 60_000;
const DEFAULT_MAX_CHANNELS = 1000;

/**
 * A device's side of the service: it stays connected for good, and clients come to it.
 * Events: `channel` (a SignalingChannel a client has opened), `connectionstatechange` (the state),
 * `error` (why a try to connect failed; the device keeps trying).
 */
export class SignalingDevice extends Emitter {
  #http;
  #tokenGenerator;
  #connection;
  #maxChannels;
  #trace;
  /** @type {Map<string, SignalingChannel>} */
  #channels = new Map();

  /**
   * @param {object} options
   * @param {string} options.endpointUrl base URL of the service
   * @param {string} options.productId
   * @param {string} options.deviceId
   * @param {{generate(): Promise<string>}} options.tokenGenerator asked for a new token at every try
   * @param {number} [options.maxChannels] more clients than this are turned away; 1000 by default
   * @param {(entry: import('./environment.js').TraceEntry) => void} [options.onTrace]
   * @param {Partial<import('./environment.js').Environment>} [options.environment]
   */
  constructor({ endpointUrl, productId, deviceId, tokenGenerator, maxChannels = DEFAULT_MAX_CHANNELS, onTrace, environment: overrides }) {
    super();
    const environment = createEnvironment(overrides);
    this.#trace = (/** @type {any} */ entry) => onTrace?.({ time: environment.now(), ...entry });
    this.#http = new HttpApi({ endpointUrl, productId, deviceId, environment, trace: this.#trace });
    this.#tokenGenerator = tokenGenerator;
    this.#maxChannels = maxChannels;
    this.#connection = new Connection({
      getUrl: async () => (await this.#http.connectDevice(await tokenGenerator.generate())).signalingUrl,
      firstFailureIsFinal: false,
      maxTries: Infinity,
      maxDelayMs: MAX_DELAY_MS,
    }, environment);
    this.#connection.on('statechange', (state) => this.emit('connectionstatechange', state));
    this.#connection.on('error', (error) => this.emit('error', error));
    this.#connection.on('open', () => this.#channels.forEach((channel) => channel.resend()));
    this.#connection.on('frame', (frame) => this.#receive(frame));
  }

  get connectionState() {
    return this.#connection.state;
  }

  get channels() {
    return [...this.#channels.values()];
  }

  start() {
    this.#connection.start();
  }

  /** Asks the service for a sign of life, and reconnects if there is none within a second. */
  checkAlive() {
    return this.#connection.checkAlive();
  }

  /** @returns {Promise<RTCIceServer[]>} */
  async requestIceServers() {
    return this.#http.iceServers(await this.#tokenGenerator.generate());
  }

  /** Closes every channel, then the connection. */
  close() {
    this.channels.forEach((channel) => channel.close());
    this.#connection.close();
  }

  /** @param {import('./routing.js').Frame} frame */
  #receive(frame) {
    const { type, channelId } = frame;
    if (typeof channelId !== 'string') {
      return;
    }
    this.#trace(traceFrame(frame, 'in'));
    const channel = this.#channels.get(channelId);
    if (channel) {
      channel.receive(frame);
    } else if (type === 'MESSAGE') {
      this.#receiveUnknown(channelId, frame);
    }
    // Any other frame on an unknown channel is left alone: two peers that answer an ERROR with an ERROR would never stop.
  }

  /**
   * @param {string} channelId
   * @param {import('./routing.js').Frame} frame
   */
  #receiveUnknown(channelId, frame) {
    if (!isFirstMessage(frame.message)) {
      this.#refuse(channelId, ErrorCode.CHANNEL_NOT_FOUND, 'The device does not know this channel.');
    } else if (this.#channels.size >= this.#maxChannels) {
      this.#refuse(channelId, ErrorCode.NO_MORE_CHANNELS, 'The device has no room for another client.');
    } else {
      const channel = this.#open(channelId, frame.authorized === true);
      this.emit('channel', channel);
      channel.receive(frame);
    }
  }

  /**
   * @param {string} id
   * @param {boolean} authorized
   */
  #open(id, authorized) {
    const channel = new SignalingChannel({ id, authorized, sendFrame: (frame) => this.#send(frame), trace: this.#trace });
    channel.on('statechange', (state) => {
      if (state === ChannelState.FAILED || state === ChannelState.CLOSED) {
        this.#channels.delete(id);
      }
    });
    this.#channels.set(id, channel);
    return channel;
  }

  /**
   * @param {string} channelId
   * @param {string} code
   * @param {string} message
   */
  #refuse(channelId, code, message) {
    this.#send({ type: 'ERROR', channelId, error: { code, message } });
  }

  /** @param {import('./routing.js').Frame} frame */
  #send(frame) {
    if (this.#connection.send(frame)) {
      this.#trace(traceFrame(frame, 'out'));
    }
  }
}
