import { ErrorCode, HeliographError } from './errors.js';

const OPEN_TIMEOUT_MS = 20_000;
const OPEN = 1;

/**
 * A frame of the routing layer.
 * @typedef {object} Frame
 * @property {string} type
 * @property {string} [channelId]
 * @property {any} [message]
 * @property {boolean} [authorized]
 * @property {{code: string, message?: string}} [error]
 */

/**
 * @param {unknown} data what the WebSocket delivered
 * @returns {Frame | null} null for what is not understood: it is ignored, so that old and new versions can talk
 */
export function parseFrame(data) {
  if (typeof data !== 'string') {
    return null;
  }
  try {
    const frame = JSON.parse(data);
    return frame !== null && typeof frame === 'object' && typeof frame.type === 'string' ? frame : null;
  } catch {
    return null;
  }
}

/**
 * @typedef {object} RoutingHandlers
 * @property {() => void} onOpen
 * @property {(frame: Frame) => void} onFrame PING and PONG are dealt with here and do not show up
 * @property {(error: HeliographError) => void} onClose once, whether the socket had opened or not
 */

/** One WebSocket to the service. It lives once; reconnecting is the connection's business. */
export class RoutingSocket {
  #environment;
  #handlers;
  #socket;
  #openTimer;
  /** @type {Set<() => void>} */
  #pongWaiters = new Set();

  /**
   * @param {string} url
   * @param {import('./environment.js').Environment} environment
   * @param {RoutingHandlers} handlers
   */
  constructor(url, environment, handlers) {
    this.#environment = environment;
    this.#handlers = handlers;
    this.#socket = new environment.WebSocket(url);
    this.#socket.onopen = () => {
      environment.clearTimeout(this.#openTimer);
      handlers.onOpen();
    };
    this.#socket.onmessage = (event) => this.#receive(event.data);
    this.#socket.onclose = () => this.#end(ErrorCode.CONNECTION_LOST, 'The signaling connection was closed.');
    // A close event always follows an error, but without a handler Node's sockets throw.
    this.#socket.onerror = () => {};
    this.#openTimer = environment.setTimeout(
      () => this.#end(ErrorCode.TIMEOUT, 'The signaling connection did not open in time.'), OPEN_TIMEOUT_MS);
  }

  /**
   * @param {Frame} frame
   * @returns {boolean} whether the frame was handed to an open socket
   */
  send(frame) {
    if (this.#socket.readyState !== OPEN) {
      return false;
    }
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /**
   * @param {number} timeoutMs
   * @returns {Promise<boolean>} whether the service answered in time
   */
  ping(timeoutMs) {
    return new Promise((resolve) => {
      const settle = (/** @type {boolean} */ alive) => {
        this.#pongWaiters.delete(onPong);
        this.#environment.clearTimeout(timer);
        resolve(alive);
      };
      const onPong = () => settle(true);
      const timer = this.#environment.setTimeout(() => settle(false), timeoutMs);
      this.#pongWaiters.add(onPong);
      this.send({ type: 'PING' });
    });
  }

  /** Lets go of the socket: nothing is reported any more, not even its close. */
  drop() {
    this.#environment.clearTimeout(this.#openTimer);
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close();
  }

  /** @param {unknown} data */
  #receive(data) {
    const frame = parseFrame(data);
    switch (frame?.type) {
      case undefined:
        break;
      case 'PING':
        this.send({ type: 'PONG' });
        break;
      case 'PONG':
        [...this.#pongWaiters].forEach((onPong) => onPong());
        break;
      default:
        this.#handlers.onFrame(/** @type {Frame} */ (frame));
    }
  }

  /**
   * @param {string} code
   * @param {string} message
   */
  #end(code, message) {
    this.drop();
    this.#handlers.onClose(new HeliographError(code, message));
  }
}
