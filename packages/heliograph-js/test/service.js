import { SignalingDevice } from '#heliograph';
import { FakeClock, FakePeerConnection, FakeSocket, ids, tokenGenerator } from './fakes.js';

/** The routing rules in memory: devices and clients that talk through it, and a clock for all of them. */
export class FakeService {
  clock = new FakeClock();
  requests = [];
  peerConnections = [];
  pings = 0;
  /** What an HTTP call gets instead of an answer. */
  refusal = null;
  #device = null;
  #clients = new Map();
  #nextChannel = 1;

  /** For whoever is to live on this service. */
  get environment() {
    const service = this;
    return {
      setTimeout: this.clock.setTimeout,
      clearTimeout: this.clock.clearTimeout,
      now: this.clock.now,
      random: () => 1,
      fetch: async (url, init) => this.#answer(new URL(url).pathname, init),
      WebSocket: class extends FakeSocket {
        constructor(url) {
          super(url);
          setImmediate(() => service.#opened(this));
        }
      },
      RTCPeerConnection: class extends FakePeerConnection {
        constructor(configuration) {
          super(configuration);
          service.peerConnections.push(this);
        }
      },
    };
  }

  get peerConnection() {
    return this.peerConnections.at(-1);
  }

  startDevice(onChannel) {
    const device = new SignalingDevice({ ...ids, tokenGenerator, environment: this.environment });
    device.on('channel', onChannel ?? (() => {}));
    device.start();
    return device;
  }

  /** A power cut of the device: nobody says goodbye. */
  killDevice() {
    this.#device.onSend = null;
    this.#device.drop = () => {};
    this.#device = null;
  }

  /** All connections break, and HTTP calls fail until `refusal` is null again. */
  stop() {
    this.refusal = () => { throw new TypeError('refused'); };
    const sockets = [this.#device, ...this.#clients.values()].filter(Boolean);
    this.#device = null;
    this.#clients.clear();
    sockets.forEach((socket) => socket.break());
  }

  #answer(path, { headers }) {
    this.requests.push({ path, token: headers.authorization });
    if (this.refusal) {
      return this.refusal();
    }
    const channelId = `c${this.#nextChannel++}`;
    const url = `wss://service.example/?${path.includes('device') ? '' : channelId}`;
    return Response.json(path.endsWith('ice-servers')
      ? { iceServers: [{ urls: ['stun:stun.example'] }] }
      : { signalingUrl: url, deviceOnline: this.#device !== null, channelId });
  }

  #opened(socket) {
    if (this.refusal || socket.readyState !== 0) {
      socket.break();
      return;
    }
    const channelId = new URL(socket.url).search.slice(1);
    if (channelId) {
      this.#clients.set(channelId, socket);
      socket.onSend = (frame) => setImmediate(() => this.#relay(socket, this.#device, { ...frame, authorized: false }));
    } else {
      this.#device = socket;
      socket.onSend = (frame) => setImmediate(() => this.#relay(socket, this.#clients.get(frame.channelId), frame));
    }
    socket.open();
    if (channelId) {
      this.#device?.deliver({ type: 'PEER_CONNECTED', channelId });
    } else {
      this.#clients.forEach((client, id) => {
        client.deliver({ type: 'PEER_CONNECTED', channelId: id });
        socket.deliver({ type: 'PEER_CONNECTED', channelId: id });
      });
    }
  }

  #relay(from, to, frame) {
    if (frame.type === 'PING') {
      this.pings++;
      from.deliver({ type: 'PONG' });
    } else if (to?.readyState === 1) {
      to.deliver(frame);
    } else {
      from.deliver({ type: 'PEER_OFFLINE', channelId: frame.channelId });
    }
  }
}
