import { connect } from '../connect.js';
import { MediaPath } from '../session/path.js';
import { SessionState } from '../session/session.js';
import { getStyleSheet } from './style.js';

/** Where there are no elements the module can still be loaded. */
const Base = globalThis.HTMLElement ?? /** @type {typeof HTMLElement} */ (/** @type {unknown} */ (class {}));

const MAX_ERROR_LENGTH = 200;

/** Attributes that make a new connection, and the properties that stand for them. */
const SETTINGS = /** @type {const} */ (['endpoint', 'product', 'device', 'secret', 'keyId', 'token', 'iceTransportPolicy']);

/**
 * `<heliograph-camera product="wp-…" device="wd-…" secret="…">` plays a device's video and says what it is doing.
 * Events: `statechange`, when `state`, `path` or `error` have changed.
 */
export class HeliographCamera extends Base {
  static observedAttributes = [...SETTINGS.map((name) => name.toLowerCase()), 'muted', 'controls', 'label'];

  /**
   * What was set as a property. It does not show in the document.
   * @type {Record<string, any>}
   */
  #own = {};
  /** @type {import('../session/session.js').DeviceSession | null} */
  #session = null;
  /** @type {Error | null} */
  #mistake = null;
  #isStale = true;
  #isScheduled = false;
  #video = document.createElement('video');
  #status = document.createElement('p');
  #button = document.createElement('button');

  constructor() {
    super();
    const video = this.#video;
    video.part = 'video';
    video.autoplay = video.playsInline = true;
    this.#status.part = 'status';
    this.#status.role = 'status';
    const button = this.#button;
    button.part = 'button';
    button.type = 'button';
    button.hidden = true;
    button.textContent = 'Try again';
    button.onclick = () => this.reconnect();
    const bar = document.createElement('div');
    bar.part = 'bar';
    bar.append(this.#status, button);
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [getStyleSheet()];
    root.append(video, bar);
  }

  /** The video element: for its volume, full screen and the like. */
  get video() {
    return this.#video;
  }

  /** The session behind the picture; null while there is none. A new one after each change of the settings. */
  get session() {
    return this.#session;
  }

  /** One of SessionState; CLOSED while the element is not in a document. */
  get state() {
    return this.#mistake ? SessionState.FAILED : this.#session?.state ?? SessionState.CLOSED;
  }

  /** One of MediaPath, or null. */
  get path() {
    return this.#session?.path ?? null;
  }

  /** Why there is no picture, or null. */
  get error() {
    return this.#mistake ?? this.#session?.error ?? null;
  }

  /**
   * Base URL of the service; by default the one that this module was loaded from.
   * @type {string | undefined}
   */
  get endpoint() { return this.#get('endpoint'); }
  set endpoint(value) { this.#set('endpoint', value); }

  /** @type {string | undefined} */
  get product() { return this.#get('product'); }
  set product(value) { this.#set('product', value); }

  /** @type {string | undefined} */
  get device() { return this.#get('device'); }
  set device(value) { this.#set('device', value); }

  /**
   * The secret that is shared with the device.
   * @type {string | undefined}
   */
  get secret() { return this.#get('secret'); }
  set secret(value) { this.#set('secret', value); }

  /**
   * Tells the device which of its secrets is meant.
   * @type {string | undefined}
   */
  get keyId() { return this.#get('keyId'); }
  set keyId(value) { this.#set('keyId', value); }

  /**
   * The access token, or a function that gets one from the vendor's backend.
   * @type {import('../client.js').AccessToken | undefined}
   */
  get token() { return this.#get('token'); }
  set token(value) { this.#set('token', value); }

  /**
   * `relay` sends the picture through a TURN server only.
   * @type {RTCIceTransportPolicy | undefined}
   */
  get iceTransportPolicy() { return this.#get('iceTransportPolicy'); }
  set iceTransportPolicy(value) { this.#set('iceTransportPolicy', value); }

  get muted() { return this.#video.muted; }
  set muted(value) { this.#video.muted = value; }

  connectedCallback() {
    // What was set before this class was known hides its properties.
    for (const name of [...SETTINGS, 'muted']) {
      if (Object.hasOwn(this, name)) {
        const element = /** @type {any} */ (this);
        const value = element[name];
        delete element[name];
        element[name] = value;
      }
    }
    this.#schedule();
  }

  disconnectedCallback() {
    this.#schedule();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} value
   */
  attributeChangedCallback(name, before, value) {
    if (name === 'label') {
      this.#video.ariaLabel = value;
    } else if (name === 'muted' || name === 'controls') {
      this.#video[name] = value !== null;
    } else if (before !== value) {
      this.reconnect();
    }
  }

  /** Begins anew, after a change that the element cannot know of. */
  reconnect() {
    this.#isStale = true;
    this.#schedule();
  }

  /** @param {typeof SETTINGS[number]} name */
  #get(name) {
    return this.#own[name] ?? this.getAttribute(name) ?? undefined;
  }

  /**
   * @param {typeof SETTINGS[number]} name
   * @param {any} value
   */
  #set(name, value) {
    this.#own[name] = value;
    this.reconnect();
  }

  /** Several changes at once make one new beginning, and an element that is moved goes on as it was. */
  #schedule() {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      queueMicrotask(() => {
        this.#isScheduled = false;
        if (this.#isStale || !this.isConnected) {
          this.#stop();
          if (this.isConnected) {
            this.#start();
          }
          this.#show();
        }
      });
    }
  }

  #stop() {
    this.#isStale = true;
    const session = this.#session;
    this.#session = this.#mistake = null;
    session?.close();
    this.#video.srcObject = null;
  }

  #start() {
    this.#isStale = false;
    try {
      const session = this.#session = connect({
        endpointUrl: this.endpoint,
        // Where they are missing, connect says so.
        productId: /** @type {string} */ (this.product),
        deviceId: /** @type {string} */ (this.device),
        secret: this.secret,
        keyId: this.keyId,
        accessToken: this.token,
        rtcConfiguration: { iceTransportPolicy: this.iceTransportPolicy },
      });
      session.on('stream', (stream) => this.#play(stream));
      for (const event of /** @type {const} */ (['statechange', 'pathchange', 'error'])) {
        session.on(event, () => session === this.#session && this.#show());
      }
    } catch (/** @type {any} */ error) {
      this.#mistake = error;
    }
  }

  /** @param {MediaStream} stream */
  async #play(stream) {
    const video = this.#video;
    video.srcObject = stream;
    try {
      await video.play();
    } catch (/** @type {any} */ error) {
      if (error.name === 'NotAllowedError') {
        // Browsers let pages play aloud only after a person has done something there.
        video.muted = true;
        video.play().catch(() => {});
      }
    }
  }

  #show() {
    const { state } = this;
    const text = this.#describe();
    if (this.#status.textContent !== text) {
      this.#status.textContent = text;
    }
    this.#button.hidden = state !== SessionState.FAILED;
    this.setAttribute('state', state.toLowerCase());
    this.dispatchEvent(new Event('statechange'));
  }

  #describe() {
    switch (this.state) {
      case SessionState.CONNECTING: return 'Connecting';
      case SessionState.OFFLINE: return 'Camera offline';
      case SessionState.RECONNECTING: return 'Reconnecting';
      case SessionState.CONNECTED: return this.path ? `Live, ${this.path === MediaPath.RELAYED ? 'relayed' : 'direct'}` : 'Live';
      // What another peer wrote can be long.
      default: return (this.error?.message ?? '').slice(0, MAX_ERROR_LENGTH);
    }
  }
}
