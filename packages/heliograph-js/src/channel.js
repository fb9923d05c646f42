import { Emitter } from './emitter.js';
import { ChannelError, ErrorCode } from './errors.js';
import { names } from './names.js';
import { Reliability } from './reliability.js';
import { summarizeReliability } from './summary.js';

export const ChannelState = names('NEW', 'CONNECTED', 'DISCONNECTED', 'FAILED', 'CLOSED');

/**
 * @typedef {{send(frame: import('./routing.js').Frame): void, trace(entry: object): void}} Link
 */

/**
 * The way between one client and one device. It outlives the connections below it: while a peer is away, messages wait.
 * Events: `statechange` (the state), `error` (why it ended; the state is already the last one), `peerconnected`, `peeroffline`.
 * @extends {Emitter<{statechange: string, error: import('./errors.js').HeliographError, peerconnected: void, peeroffline: void}>}
 */
export class SignalingChannel extends Emitter {
  /** @type {string} */
  #state = ChannelState.NEW;
  #reliability;
  #link;
  /** @type {((data: any) => void) | null} */
  #listener = null;
  /** @type {any[]} */
  #undelivered = [];

  /**
   * Made by SignalingDevice and SignalingClient.
   * @param {object} options
   * @param {string} [options.id] a client's is known once it has connected
   * @param {boolean} [options.authorized]
   * @param {Link} options.link what is below
   */
  constructor({ id = '', authorized = false, link }) {
    super();
    this.id = id;
    /** On a device: the service vouches for the client, by its token. */
    this.authorized = authorized;
    this.#link = link;
    this.#reliability = new Reliability({
      transmit: (message) => link.send({ type: 'MESSAGE', channelId: this.id, message }),
      deliver: (data) => this.#deliver(data),
    });
  }

  get state() {
    return this.#state;
  }

  get isEnded() {
    return this.#state === ChannelState.FAILED || this.#state === ChannelState.CLOSED;
  }

  /**
   * Takes what arrives. What came before anyone listened is handed over at once.
   * @param {(data: any) => void} listener
   */
  listen(listener) {
    this.#listener = listener;
    this.#undelivered.splice(0).forEach(listener);
  }

  /**
   * Sends data, now or as soon as both peers are there.
   * @param {any} data
   */
  send(data) {
    if (!this.isEnded) {
      this.#reliability.send(data);
    }
  }

  /**
   * Ends the channel for a reason that the other peer is told.
   * @param {ChannelError} error
   */
  fail(error) {
    this.#end(ChannelState.FAILED, error, { code: error.code, message: error.message });
  }

  /** Ends the channel, and tells the other peer. */
  close() {
    this.#end(ChannelState.CLOSED, undefined, { code: ErrorCode.CHANNEL_CLOSED, message: 'The channel was closed.' });
  }

  /**
   * Ends the channel without a word to the other peer, because its connection is gone for good.
   * @param {import('./errors.js').HeliographError} error
   */
  abandon(error) {
    this.#end(ChannelState.FAILED, error);
  }

  /** The connection below has opened. */
  resend() {
    if (!this.isEnded) {
      this.#reliability.resend();
    }
  }

  /** Finds out whether the other peer is still there, by a message that it ignores. */
  probe() {
    this.#reliability.probe();
  }

  /** @param {boolean} online */
  setPeerOnline(online) {
    const state = online ? ChannelState.CONNECTED : ChannelState.DISCONNECTED;
    if (!this.isEnded && this.#state !== state) {
      this.#state = state;
      this.emit('statechange', state);
    }
  }

  /** @param {import('./routing.js').Frame} frame that came for this channel */
  receive(frame) {
    if (this.isEnded) {
      return;
    }
    switch (frame.type) {
      case 'MESSAGE':
        this.setPeerOnline(true);
        this.#reliability.receive(frame.message);
        break;
      case 'PEER_CONNECTED':
        this.setPeerOnline(true);
        this.emit('peerconnected');
        if (!this.isEnded) {
          this.#reliability.resend();
          this.#reliability.probe();
        }
        break;
      case 'PEER_OFFLINE':
        this.setPeerOnline(false);
        this.emit('peeroffline');
        break;
      case 'ERROR':
        this.#receiveError(frame.error);
        break;
    }
  }

  /** @param {Partial<import('./environment.js').TraceEntry>} entry */
  trace(entry) {
    this.#link.trace({ channelId: this.id, ...entry });
  }

  /** @param {any} error */
  #receiveError(error) {
    const code = typeof error?.code === 'string' ? error.code : ErrorCode.INTERNAL_ERROR;
    const message = typeof error?.message === 'string' ? error.message : 'The other peer ended the channel.';
    const state = code === ErrorCode.CHANNEL_CLOSED ? ChannelState.CLOSED : ChannelState.FAILED;
    this.#end(state, new ChannelError(code, message, true));
  }

  /** @param {any} data */
  #deliver(data) {
    if (this.#listener) {
      this.#listener(data);
    } else {
      this.#undelivered.push(data);
    }
  }

  /**
   * @param {string} state
   * @param {import('./errors.js').HeliographError} [error]
   * @param {{code: string, message: string}} [tellPeer]
   */
  #end(state, error, tellPeer) {
    if (this.isEnded) {
      return;
    }
    if (tellPeer) {
      this.#link.send({ type: 'ERROR', channelId: this.id, error: tellPeer });
    }
    this.#undelivered = [];
    this.#state = state;
    if (error) {
      this.emit('error', error);
    }
    this.emit('statechange', state);
  }
}

/**
 * @param {import('./routing.js').Frame} frame
 * @param {'in' | 'out'} direction
 * @returns {Omit<import('./environment.js').TraceEntry, 'time'>}
 */
export function traceFrame(frame, direction) {
  const { type, channelId } = frame;
  if (type === 'MESSAGE') {
    const detail = summarizeReliability(frame.message);
    return { direction, layer: 'reliability', type: String(frame.message?.type).slice(0, 20), detail, channelId };
  }
  return { direction, layer: 'routing', type: type.slice(0, 20), detail: String(frame.error?.code ?? '').slice(0, 60), channelId };
}
