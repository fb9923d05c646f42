import {
  ChannelError, DeviceTokenGenerator, ErrorCode, MessageTransport, PerfectNegotiation, SignalingDevice,
} from '/sdk/heliograph.js';
import { showLayer, showPeerLayer } from './layers.js';
import { onWake, showError, showStatus, trace } from './stage.js';
import { explain } from './words.js';

const MAX_VIEWERS = 20;
const SETUP_PATIENCE_MS = 20_000;
/** A viewer that lost its network has this long to find its way back on the same channel. */
const PEER_PATIENCE_MS = 30_000;

/** The camera's side: a device that sends its stream to whoever it lets in. */
export class CameraSession {
  #camera;
  #stream;
  #device;
  /** @type {Viewer[]} */
  #viewers = [];

  /**
   * @param {import('./identity.js').Camera} camera
   * @param {MediaStream} stream
   */
  constructor(camera, stream) {
    this.#camera = camera;
    this.#stream = stream;
    this.#device = new SignalingDevice({
      endpointUrl: location.origin,
      productId: camera.productId,
      deviceId: camera.deviceId,
      tokenGenerator: new DeviceTokenGenerator(camera),
      maxChannels: MAX_VIEWERS,
      onTrace: trace,
    });
    this.#device.on('connectionstatechange', (state) => {
      if (state === 'CONNECTED') {
        showError();
      }
      this.#show();
    });
    this.#device.on('error', (error) => showError(explain(error)));
    this.#device.on('channel', (channel) => this.#admit(channel));
    onWake(() => this.#device.checkAlive());
  }

  start() {
    this.#show();
    this.#device.start();
  }

  close() {
    this.#device.close();
  }

  /** @param {import('/sdk/index.js').SignalingChannel} channel */
  #admit(channel) {
    if (this.#camera.access === 'token' && !channel.authorized) {
      channel.fail(new ChannelError(ErrorCode.ACCESS_DENIED, 'This camera lets in viewers with a token only.'));
      return;
    }
    const security = this.#camera.access === 'secret'
      ? { mode: 'SHARED_SECRET', secret: this.#camera.secret }
      : { mode: 'NONE' };
    const viewer = new Viewer(this.#device, channel, security, this.#stream, () => this.#show());
    this.#viewers.push(viewer);
    channel.on('statechange', () => {
      if (channel.isEnded) {
        this.#viewers = this.#viewers.filter((other) => other !== viewer);
      }
      this.#show();
    });
    this.#show();
  }

  #show() {
    const state = this.#device.connectionState;
    showLayer('signaling', state);
    const viewer = this.#viewers.at(-1);
    if (viewer) {
      viewer.show(this.#viewers.length);
    } else {
      ['channel', 'setup', 'peer'].forEach((layer) => showLayer(layer, 'idle', 'no viewer'));
    }
    if (state === 'CONNECTED') {
      const watching = this.#viewers.filter(({ isWatching }) => isWatching).length;
      showStatus('live', ['On air. Waiting for a viewer', 'On air with one viewer'][watching] ?? `On air with ${watching} viewers`);
    } else if (state === 'WAIT_RETRY') {
      showStatus('offline', 'Off air. Trying again by itself');
    } else {
      showStatus('connecting', 'Connecting to the service');
    }
  }
}

/** One viewer of the camera: a channel, and the peer connection that was made over it. */
class Viewer {
  #channel;
  #onChange;
  #timer;
  #setupState = 'waiting';
  /** @type {RTCPeerConnection | undefined} */
  #peerConnection;

  /**
   * @param {SignalingDevice} device
   * @param {import('/sdk/index.js').SignalingChannel} channel
   * @param {object} security
   * @param {MediaStream} stream
   * @param {() => void} onChange
   */
  constructor(device, channel, security, stream, onChange) {
    this.#channel = channel;
    this.#onChange = onChange;
    this.#allow(SETUP_PATIENCE_MS);
    channel.on('error', (error) => error.remote || showError(`A viewer was turned away. ${explainViewer(error)}`));
    channel.on('statechange', () => channel.isEnded && this.#end());
    const transport = MessageTransport.forDevice(device, channel, security);
    transport.ready.then(({ iceServers }) => this.#connect(transport, iceServers, stream), () => {});
  }

  get isWatching() {
    return this.#peerConnection?.connectionState === 'connected';
  }

  /** @param {number} count of all viewers */
  show(count) {
    const note = count > 1 ? `${this.#channel.state.toLowerCase()} · latest of ${count}` : undefined;
    showLayer('channel', this.#channel.state, note);
    showLayer('setup', this.#setupState);
    if (this.#peerConnection) {
      showPeerLayer(this.#peerConnection);
    } else {
      showLayer('peer', 'idle');
    }
  }

  #connect(transport, iceServers, stream) {
    if (this.#channel.isEnded) {
      return;
    }
    this.#setupState = 'done';
    showError();
    this.#allow(PEER_PATIENCE_MS);
    const peerConnection = new RTCPeerConnection({ iceServers });
    this.#peerConnection = peerConnection;
    new PerfectNegotiation({ peerConnection, transport, polite: true });
    stream.getTracks().forEach((track) => peerConnection.addTrack(track, stream));
    peerConnection.oniceconnectionstatechange = this.#onChange;
    peerConnection.onconnectionstatechange = () => {
      if (peerConnection.connectionState === 'connected') {
        clearTimeout(this.#timer);
      } else if (peerConnection.connectionState === 'failed') {
        this.#allow(PEER_PATIENCE_MS);
      }
      this.#onChange();
    };
    this.#onChange();
  }

  /** @param {number} ms after which the viewer is given up, unless it gets on */
  #allow(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#channel.close(), ms);
  }

  #end() {
    clearTimeout(this.#timer);
    this.#peerConnection?.close();
  }
}

/** @param {ChannelError} error */
function explainViewer(error) {
  return error.code === ErrorCode.VERIFICATION_ERROR
    ? 'Its messages were not signed with this camera\'s secret.'
    : explain(error);
}
