import { SignalingChannel, traceFrame } from './channel.js';
import { ChannelTable } from './channels.js';
import { Emitter } from './emitter.js';
import { ErrorCode } from './errors.js';
import { ServiceLink } from './link.js';
import { isFirstMessage } from './reliability.js';

const MAX_DELAY_MS = 60_000;
const DEFAULT_MAX_CHANNELS = 1000;

/**
 * @typedef {import('./link.js').ServiceOptions & {
 *   tokenGenerator: {generate(): Promise<string>},
 *   maxChannels?: number,
 * }} DeviceOptions
 *   `tokenGenerator` is asked for a new token at every try. `maxChannels`: clients at the same time, 1000 by default; beyond it one that is
 *   known to be gone makes room, and where there is none, the new one is turned away.
 */

/**
 * A device's side of the service: it stays connected for good, and clients come to it.
 * Events: `channel` (a SignalingChannel a client has opened), `connectionstatechange` (the state),
 * `error` (why a try to connect failed; the device keeps trying).
 * @extends {Emitter<{channel: SignalingChannel, connectionstatechange: string, error: import('./errors.js').HeliographError}>}
 */
export class SignalingDevice extends Emitter {
  #link;
  #tokenGenerator;
  #channels;

  /** @param {DeviceOptions} options */
  constructor({ tokenGenerator, maxChannels = DEFAULT_MAX_CHANNELS, ...options }) {
    super();
    this.#tokenGenerator = tokenGenerator;
    this.#link = new ServiceLink(options, (http) => ({
      getUrl: async () => (await http.connectDevice(await tokenGenerator.generate())).signalingUrl,
      maxTries: Infinity,
      maxDelayMs: MAX_DELAY_MS,
    }));
    const { connection, environment } = this.#link;
    this.#channels = new ChannelTable(maxChannels, environment.now);
    connection.on('statechange', (state) => this.emit('connectionstatechange', state));
    connection.on('error', (error) => this.emit('error', error));
    connection.on('open', () => this.channels.forEach((channel) => channel.resend()));
    connection.on('frame', (frame) => this.#receive(frame));
  }

  get connectionState() {
    return this.#link.connection.state;
  }

  get channels() {
    return this.#channels.all;
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
    return this.#link.http.iceServers(await this.#tokenGenerator.generate());
  }

  /** Closes every channel, then the connection. */
  close() {
    this.channels.forEach((channel) => channel.close());
    this.#link.connection.close();
  }

  /** @param {import('./routing.js').Frame} frame */
  #receive(frame) {
    const { type, channelId } = frame;
    if (typeof channelId !== 'string') {
      return;
    }
    this.#link.trace(traceFrame(frame, 'in'));
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
    } else if (!this.#channels.hasRoom()) {
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
    const channel = new SignalingChannel({ id, authorized, link: this.#link });
    this.#channels.add(channel);
    return channel;
  }

  /**
   * @param {string} channelId
   * @param {string} code
   * @param {string} message
   */
  #refuse(channelId, code, message) {
    this.#link.send({ type: 'ERROR', channelId, error: { code, message } });
  }
}
