/** A clock that moves only when told to. */
export class FakeClock {
  time = Date.parse('2026-01-01T00:00:00Z');
  #timers = new Map();
  #nextId = 1;

  setTimeout = (callback, ms) => {
    const id = this.#nextId++;
    this.#timers.set(id, { callback, at: this.time + ms });
    return id;
  };

  clearTimeout = (id) => {
    this.#timers.delete(id);
  };

  now = () => this.time;

  get pending() {
    return this.#timers.size;
  }

  /** Moves on, running what falls due in order, and lets promises settle in between. */
  async advance(ms) {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const [due] = [...this.#timers].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!due) {
        break;
      }
      const [id, timer] = due;
      this.#timers.delete(id);
      this.time = timer.at;
      timer.callback();
      await settle();
    }
    this.time = end;
  }
}

/** Lets everything run that is ready to, WebCrypto's answers included. */
export async function settle() {
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Waits for something that WebCrypto does in a thread of its own, without sleeping. */
export async function until(reason, condition) {
  for (let i = 0; i < 100_000; i++) {
    if (condition()) {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`still waiting: ${reason}`);
}

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  readyState = 0;
  sent = [];
  onopen = null;
  onmessage = null;
  onclose = null;
  onSend = null;

  constructor(url) {
    this.url = url;
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
  }

  /** The service's frame arrives. */
  deliver(frame) {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  /** The connection breaks. */
  break() {
    this.readyState = 3;
    this.onclose?.();
  }

  send(text) {
    const frame = JSON.parse(text);
    this.sent.push(frame);
    this.onSend?.(frame);
  }

  close() {
    this.readyState = 3;
  }
}

/** Everything a device or a client touches, under the test's control. */
export function createWorld(answer = () => ({ signalingUrl: 'wss://service.example/v1/signaling', deviceOnline: true, channelId: 'c1' })) {
  const clock = new FakeClock();
  const sockets = [];
  const requests = [];
  const environment = {
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    now: clock.now,
    random: () => 1,
    WebSocket: class extends FakeSocket {
      constructor(url) {
        super(url);
        sockets.push(this);
      }
    },
    fetch: async (url, init) => {
      const request = { path: new URL(url).pathname, headers: init.headers, body: JSON.parse(init.body) };
      requests.push(request);
      const result = await answer(request);
      return result instanceof Response ? result : Response.json(result);
    },
  };
  return { clock, sockets, requests, environment, get socket() { return sockets.at(-1); } };
}

export const ids = { endpointUrl: 'https://service.example/', productId: 'wp-39wu7tex', deviceId: 'wd-0123456789abcdef' };

export const tokenGenerator = { generate: async () => 'token' };

/** As much of a peer connection as negotiation and a session need. */
export class FakePeerConnection extends EventTarget {
  signalingState = 'stable';
  connectionState = 'new';
  localDescription = null;
  remoteDescription = null;
  candidates = [];
  restarts = 0;
  stats = new Map();

  constructor(configuration) {
    super();
    this.configuration = configuration;
  }

  async setLocalDescription() {
    await null;
    const type = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
    this.localDescription = { type, sdp: 'm=video 9' };
    this.signalingState = type === 'answer' ? 'stable' : 'have-local-offer';
  }

  async setRemoteDescription(description) {
    await null;
    this.remoteDescription = description;
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
  }

  async addIceCandidate(candidate) {
    this.candidates.push(candidate);
  }

  async getStats() {
    return this.stats;
  }

  restartIce() {
    this.restarts++;
    this.dispatchEvent(new Event('negotiationneeded'));
  }

  close() {
    this.connectionState = 'closed';
  }

  /** What ICE and DTLS find out. */
  become(connectionState) {
    this.connectionState = connectionState;
    this.dispatchEvent(new Event('connectionstatechange'));
  }
}
