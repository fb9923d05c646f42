import { ChannelState } from '../channel.js';
import { SignalingClient } from '../client.js';
import { ConnectionState } from '../connection.js';
import { Emitter } from '../emitter.js';
import { ChannelError, ErrorCode, HeliographError } from '../errors.js';
import { PerfectNegotiation } from '../negotiation.js';
import { MessageTransport } from '../transport.js';

/** ICE finds another way by itself at times; a restart that comes too early only gets in its way. */
const PEER_PATIENCE_MS = 3000;
/** With both peers there it takes seconds, or something is stuck: then all starts afresh. */
const STUCK_MS = 20_000;

/**
 * One client, one channel and one peer connection, which live and end together.
 * Events: `change` (of any part), `peerconnection`, `stream`, `message`, and `end` (why), once.
 * @extends {Emitter<{change: void, peerconnection: RTCPeerConnection, stream: MediaStream, message: any, end: any}>}
 */
export class Attempt extends Emitter {
  #client;
  #transport;
  #rtcConfiguration;
  #environment;
  #isEnded = false;
  /** @type {MediaStream | undefined} */
  #loose;
  /** @type {any} */
  #orphanedBy;
  /** @type {any} */
  #peerTimer;
  /** @type {any} */
  #stuckTimer;

  /**
   * @param {import('./session.js').ConnectOptions & {endpointUrl: string}} options
   * @param {import('../environment.js').Environment} environment
   */
  constructor({ secret, keyId, rtcConfiguration, ...options }, environment) {
    super();
    this.#rtcConfiguration = rtcConfiguration;
    this.#environment = environment;
    /** @type {RTCPeerConnection | undefined} */
    this.peerConnection = undefined;
    this.#client = new SignalingClient({ ...options, environment });
    const { channel } = this.#client;
    this.#client.on('connectionstatechange', () => this.#changed());
    channel.on('statechange', () => this.#changed());
    channel.on('error', (error) => this.#channelEnded(error));
    this.#transport = MessageTransport.forClient(this.#client, secret ? { mode: 'SHARED_SECRET', secret, keyId } : { mode: 'NONE' });
    this.#transport.on('message', (message) => isNegotiation(message) || this.emit('message', message));
    this.#transport.ready.then(({ iceServers }) => this.#connect(iceServers)).catch((cause) => {
      this.end(new HeliographError(ErrorCode.INTERNAL_ERROR, 'There can be no peer connection.', { cause }));
    });
  }

  get isLive() {
    return this.peerConnection?.connectionState === 'connected';
  }

  get isDeviceOffline() {
    return this.#client.channel.state === ChannelState.DISCONNECTED;
  }

  start() {
    this.#client.start();
  }

  /** @param {any} message */
  send(message) {
    return this.#transport.send(message);
  }

  /** The network may be another, or time may have stood still. */
  wake() {
    this.#client.checkAlive();
    if (!this.isLive && this.#client.connectionState === ConnectionState.WAIT_RETRY) {
      this.end(noConnection());
    }
  }

  close() {
    this.#isEnded = true;
    this.#environment.clearTimeout(this.#peerTimer);
    this.#environment.clearTimeout(this.#stuckTimer);
    this.#client.close();
    this.peerConnection?.close();
  }

  /** @param {any} error */
  end(error) {
    if (!this.#isEnded) {
      this.close();
      this.emit('end', error);
    }
  }

  /** @param {any} error */
  #channelEnded(error) {
    if (this.isLive && !(error instanceof ChannelError)) {
      // Only the service is gone. What the peers have between them does not need it.
      this.#orphanedBy = error;
    } else {
      this.end(error);
    }
  }

  /** @param {RTCIceServer[]} iceServers */
  #connect(iceServers) {
    if (this.#isEnded) {
      return;
    }
    const peerConnection = new this.#environment.RTCPeerConnection({ iceServers, ...this.#rtcConfiguration });
    this.peerConnection = peerConnection;
    new PerfectNegotiation({ peerConnection, transport: this.#transport, polite: false });
    peerConnection.addEventListener('track', ({ track, streams: [stream = (this.#loose ??= new MediaStream())] }) => {
      if (stream === this.#loose) {
        stream.addTrack(track);
      }
      this.emit('stream', stream);
    });
    peerConnection.addEventListener('connectionstatechange', () => this.#peerChanged(peerConnection));
    this.emit('peerconnection', peerConnection);
  }

  /** @param {RTCPeerConnection} peerConnection */
  #peerChanged(peerConnection) {
    const { connectionState } = peerConnection;
    this.#environment.clearTimeout(this.#peerTimer);
    if (this.#orphanedBy && !this.isLive) {
      this.end(this.#orphanedBy);
    } else if (connectionState === 'closed') {
      // By the other peer: its own end is not reported.
      this.end(noConnection());
    } else if (connectionState === 'disconnected' || connectionState === 'failed') {
      // The offer of a restart also finds out whether the device is still there and knows this channel.
      this.#peerTimer = this.#environment.setTimeout(() => peerConnection.restartIce(), connectionState === 'failed' ? 0 : PEER_PATIENCE_MS);
    }
    this.#changed();
  }

  #changed() {
    if (this.#isEnded) {
      return;
    }
    const { channel, connectionState } = this.#client;
    const shouldProgress = !this.isLive && connectionState === ConnectionState.CONNECTED && channel.state === ChannelState.CONNECTED;
    if (!shouldProgress) {
      this.#environment.clearTimeout(this.#stuckTimer);
      this.#stuckTimer = undefined;
    } else {
      this.#stuckTimer ??= this.#environment.setTimeout(
        () => this.end(new HeliographError(ErrorCode.TIMEOUT, 'The device did not connect in time.')), STUCK_MS);
    }
    this.emit('change');
  }
}

export function noConnection() {
  return new HeliographError(ErrorCode.CONNECTION_LOST, 'There is no connection.');
}

/** @param {any} message */
function isNegotiation(message) {
  return message?.type === 'DESCRIPTION' || message?.type === 'CANDIDATE';
}
