import { Attempt } from './attempt.js';
import { resetLayers } from './layers.js';
import { onWake, showError, showStatus } from './stage.js';
import { explain } from './words.js';

const MAX_DELAY_MS = 10_000;

/** Trying again does not help against these: somebody has to change something. */
const FINAL = new Set([
  'BAD_REQUEST', 'UNAUTHORIZED', 'ACCESS_DENIED', 'PRODUCT_ID_NOT_FOUND', 'DEVICE_ID_NOT_FOUND',
  'VERIFICATION_ERROR', 'DECODE_ERROR', 'BAD_RESPONSE',
]);

/** The viewer's side: session after session, until there is a picture and whenever it is gone. */
export class ViewerSession {
  #target;
  #video;
  #onFinal;
  #failures = 0;
  #retryTimer;
  /** @type {Attempt | null} */
  #attempt = null;

  /**
   * @param {import('./attempt.js').Target} target
   * @param {HTMLVideoElement} video
   * @param {() => void} onFinal called when it takes a person to go on
   */
  constructor(target, video, onFinal) {
    this.#target = target;
    this.#video = video;
    this.#onFinal = onFinal;
    onWake(() => this.#attempt?.client.checkAlive());
  }

  start() {
    resetLayers();
    this.#attempt = new Attempt(this.#target, this.#video, {
      onLive: () => { this.#failures = 0; },
      onEnd: (error) => this.#ended(error),
    });
  }

  close() {
    clearTimeout(this.#retryTimer);
    this.#attempt?.close();
  }

  /** @param {any} error */
  #ended(error) {
    this.#attempt = null;
    if (FINAL.has(error.code)) {
      showStatus('error', 'Stopped');
      showError(explain(error));
      this.#onFinal();
      return;
    }
    const delay = error.retryAfterMs ?? Math.min(1000 * this.#failures++, MAX_DELAY_MS);
    // A camera that has gone or come back is nothing to worry about; a service that has is.
    showError(error.remote || error.code === 'RESTART' ? '' : `${explain(error)} Trying again by itself.`);
    showStatus('connecting', 'Connecting to the service');
    this.#retryTimer = setTimeout(() => this.start(), delay);
  }
}
