import { Emitter } from './emitter.js';
import { ChannelError, ErrorCode } from './errors.js';
import { NoneSigner, SharedSecretSigner } from './signing.js';
import { summarize } from './summary.js';

/**
 * How the peers make sure of each other.
 * @typedef {{mode: 'NONE'}
 *   | {mode: 'SHARED_SECRET', secret: string, keyId?: string}
 *   | {mode: 'SHARED_SECRET', findSecret: (keyId: string | undefined) => string | undefined | Promise<string | undefined>}} Security
 *   A device with several secrets gives `findSecret`, which gets the key ID of the client's first message.
 */

/**
 * Signed WebRTC signaling messages on a channel, after the setup round trip. What can't be verified ends the channel.
 * Events: `message` (a DESCRIPTION, a CANDIDATE, or a message of the application's own).
 * @extends {Emitter<{message: any}>}
 */
export class MessageTransport extends Emitter {
  #channel;
  #signer;
  #onSetup;
  #isSetUp = false;
  #inbound = Promise.resolve();
  #outbound = Promise.resolve();
  /** @type {any} */
  #settle;

  /**
   * The client's side: asks for the setup.
   * @param {import('./client.js').SignalingClient} client
   * @param {Security} security
   */
  static forClient(client, security) {
    const transport = new MessageTransport(client.channel, security, async ({ type, iceServers }) => {
      if (type !== 'SETUP_RESPONSE') {
        throw unexpected(type);
      }
      return iceServers?.length ? iceServers : await client.requestIceServers().catch(() => []);
    });
    transport.#post({ type: 'SETUP_REQUEST' });
    return transport;
  }

  /**
   * The device's side: answers the setup, passing the client its ICE servers.
   * @param {import('./device.js').SignalingDevice} device
   * @param {import('./channel.js').SignalingChannel} channel
   * @param {Security} security
   */
  static forDevice(device, channel, security) {
    const transport = new MessageTransport(channel, security, async ({ type }) => {
      if (type !== 'SETUP_REQUEST') {
        throw unexpected(type);
      }
      // Without ICE servers peers in one network still find each other.
      const iceServers = await device.requestIceServers().catch(() => []);
      transport.#post({ type: 'SETUP_RESPONSE', iceServers });
      return iceServers;
    });
    return transport;
  }

  /**
   * @private use forClient and forDevice
   * @param {import('./channel.js').SignalingChannel} channel
   * @param {Security} security
   * @param {(message: any) => Promise<RTCIceServer[]>} onSetup takes the other peer's first message
   */
  constructor(channel, security, onSetup) {
    super();
    this.#channel = channel;
    this.#signer = createSigner(security);
    this.#onSetup = onSetup;
    /**
     * Settles with the setup: ICE servers for the peer connection, or what ended the channel before.
     * @type {Promise<{iceServers: RTCIceServer[]}>}
     */
    this.ready = new Promise((resolve, reject) => { this.#settle = { resolve, reject }; });
    // Who sends learns of a failure by the channel; nobody has to look at this promise.
    this.ready.catch(() => {});
    channel.on('error', (error) => this.#settle.reject(error));
    channel.on('statechange', () => channel.isEnded && this.#settle.reject(closed()));
    channel.listen((data) => { this.#inbound = this.#inbound.then(() => this.#receive(data)); });
  }

  /**
   * Sends a message, as soon as the setup is done.
   * @param {any} message
   */
  async send(message) {
    await this.ready;
    await this.#post(message);
  }

  /** @param {any} message */
  #post(message) {
    this.#outbound = this.#outbound.then(async () => {
      if (this.#channel.isEnded) {
        return;
      }
      try {
        const data = await this.#signer.sign(message);
        this.#trace('out', message);
        this.#channel.send(data);
      } catch (error) {
        this.#fail(error);
      }
    });
    return this.#outbound;
  }

  /** @param {any} data */
  async #receive(data) {
    if (this.#channel.isEnded) {
      return;
    }
    try {
      const message = await this.#signer.verify(data);
      this.#trace('in', message);
      if (this.#isSetUp) {
        this.emit('message', message);
      } else {
        const iceServers = await this.#onSetup(message ?? {});
        this.#isSetUp = true;
        this.#settle.resolve({ iceServers });
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {any} error */
  #fail(error) {
    this.#channel.fail(error instanceof ChannelError
      ? error
      : new ChannelError(ErrorCode.INTERNAL_ERROR, 'The peer has failed.'));
  }

  /**
   * @param {'in' | 'out'} direction
   * @param {any} message
   */
  #trace(direction, message) {
    const type = String(message?.type).slice(0, 20);
    this.#channel.trace({ direction, layer: 'webrtc', type, detail: summarize(message) });
  }
}

/** @param {any} security */
function createSigner(security) {
  if (security.mode === 'NONE') {
    return new NoneSigner();
  }
  if (!globalThis.crypto?.subtle) {
    throw new TypeError('Signatures need a secure page: https, or localhost.');
  }
  const { secret, keyId, findSecret = () => secret } = security;
  return new SharedSecretSigner({ findSecret, keyId });
}

/** @param {unknown} type */
function unexpected(type) {
  return new ChannelError(ErrorCode.DECODE_ERROR, `A setup message was expected, not ${String(type).slice(0, 20)}.`);
}

function closed() {
  return new ChannelError(ErrorCode.CHANNEL_CLOSED, 'The channel was closed.');
}
