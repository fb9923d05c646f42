import { MessageTransport, PerfectNegotiation, SignalingClient } from '/sdk/heliograph.js';
import { showLayer, showPeerLayer } from './layers.js';
import { showError, showStatus, trace } from './stage.js';

const PEER_PATIENCE_MS = 3000;
/** With both peers there, the picture comes within seconds or something is stuck: then all starts afresh. */
const STUCK_MS = 20_000;

/**
 * @typedef {object} Target
 * @property {string} productId
 * @property {string} deviceId
 * @property {'secret' | 'none'} security
 * @property {string} secret
 * @property {string} token
 */

/** One session: a client, a channel and a peer connection, which live and end together. */
export class Attempt {
  #video;
  #callbacks;
  #transport;
  #isSetUp = false;
  #isEnded = false;
  #stuckTimer;
  #peerTimer;
  /** @type {RTCPeerConnection | undefined} */
  #peerConnection;

  /**
   * @param {Target} target
   * @param {HTMLVideoElement} video
   * @param {{onLive: () => void, onEnd: (error: any) => void}} callbacks
   */
  constructor({ productId, deviceId, security, secret, token }, video, callbacks) {
    this.#video = video;
    this.#callbacks = callbacks;
    this.client = new SignalingClient({
      endpointUrl: location.origin, productId, deviceId, accessToken: token || undefined, onTrace: trace,
    });
    const { channel } = this.client;
    this.client.on('connectionstatechange', () => this.#show());
    channel.on('statechange', () => this.#show());
    channel.on('error', (error) => this.#end(error));
    channel.on('peerconnected', () => this.#cameraConnected());
    this.#transport = MessageTransport.forClient(this.client, security === 'secret' ? { mode: 'SHARED_SECRET', secret } : { mode: 'NONE' });
    this.#transport.ready.then(({ iceServers }) => this.#connect(iceServers), () => {});
    this.client.start();
  }

  close() {
    this.#isEnded = true;
    clearTimeout(this.#stuckTimer);
    clearTimeout(this.#peerTimer);
    this.client.close();
    this.#peerConnection?.close();
    this.#video.srcObject = null;
  }

  /** @param {any} error */
  #end(error) {
    if (!this.#isEnded) {
      this.#show();
      this.close();
      showLayer('signaling', this.client.connectionState);
      this.#callbacks.onEnd(error);
    }
  }

  /** @param {RTCIceServer[]} iceServers */
  #connect(iceServers) {
    if (this.#isEnded) {
      return;
    }
    this.#isSetUp = true;
    const peerConnection = new RTCPeerConnection({ iceServers });
    this.#peerConnection = peerConnection;
    new PerfectNegotiation({ peerConnection, transport: this.#transport, polite: false });
    peerConnection.ontrack = ({ track, streams }) => {
      this.#video.srcObject = streams[0] ?? new MediaStream([track]);
    };
    peerConnection.oniceconnectionstatechange = () => this.#show();
    peerConnection.onconnectionstatechange = () => {
      this.#watchPeer(peerConnection);
      this.#show();
    };
    this.#show();
  }

  /** @param {RTCPeerConnection} peerConnection */
  #watchPeer(peerConnection) {
    clearTimeout(this.#peerTimer);
    if (peerConnection.connectionState === 'disconnected' || peerConnection.connectionState === 'failed') {
      // The offer of a restart also finds out whether the camera still knows this channel.
      const patience = peerConnection.connectionState === 'failed' ? 0 : PEER_PATIENCE_MS;
      this.#peerTimer = setTimeout(() => peerConnection.restartIce(), patience);
    }
  }

  /** The camera has connected to the service: the same one again, or one that has started afresh and knows nothing of us. */
  #cameraConnected() {
    if (!this.#peerConnection) {
      return;
    }
    if (this.#peerConnection.signalingState === 'stable') {
      this.#peerConnection.restartIce();
    } else {
      this.#restart();
    }
  }

  #restart() {
    this.#end({ code: 'RESTART' });
  }

  #show() {
    if (this.#isEnded) {
      return;
    }
    const { channel, connectionState } = this.client;
    showLayer('signaling', connectionState);
    showLayer('channel', channel.state, channel.state === 'DISCONNECTED' ? 'camera offline' : undefined);
    showLayer('setup', this.#isSetUp ? 'done' : channel.isEnded ? 'failed' : 'waiting');
    if (this.#peerConnection) {
      showPeerLayer(this.#peerConnection);
    }
    this.#showStatus(channel.state, connectionState);
  }

  #showStatus(channelState, connectionState) {
    const isLive = this.#peerConnection?.connectionState === 'connected';
    const isReachable = channelState === 'CONNECTED' && connectionState === 'CONNECTED';
    if (isLive) {
      this.#callbacks.onLive();
      showError();
      showStatus('live', connectionState === 'CONNECTED' ? 'Live' : 'Live. Reconnecting to the service');
    } else if (channelState === 'DISCONNECTED') {
      showError();
      showStatus('offline', 'Camera offline. The picture comes back when the camera does');
    } else if (isReachable) {
      showStatus('connecting', this.#isSetUp ? 'Connecting to the camera' : 'Asking the camera');
    } else if (connectionState === 'WAIT_RETRY') {
      showStatus('connecting', 'The service is away. Trying again by itself');
    } else {
      showStatus('connecting', 'Connecting to the service');
    }
    this.#watchProgress(isReachable && !isLive);
  }

  /** @param {boolean} shouldProgress */
  #watchProgress(shouldProgress) {
    if (!shouldProgress) {
      clearTimeout(this.#stuckTimer);
      this.#stuckTimer = undefined;
    } else {
      this.#stuckTimer ??= setTimeout(() => this.#restart(), STUCK_MS);
    }
  }
}
