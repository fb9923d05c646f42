import { ErrorCode, HeliographError, HttpError } from './errors.js';
import { parseRetryAfter } from './backoff.js';

const TIMEOUT_MS = 20_000;

/**
 * For answers of proxies, which have a status only.
 * @type {Record<number, string>}
 */
const FALLBACK_CODES = { 401: 'UNAUTHORIZED', 403: 'ACCESS_DENIED', 429: 'TOO_MANY_REQUESTS' };

/** The service's three HTTP calls, for one device. */
export class HttpApi {
  #endpointUrl;
  #body;
  #environment;
  #trace;

  /**
   * @param {object} options
   * @param {string} options.endpointUrl base URL of the service
   * @param {string} options.productId
   * @param {string} options.deviceId
   * @param {import('./environment.js').Environment} options.environment
   * @param {(entry: Omit<import('./environment.js').TraceEntry, 'time'>) => void} options.trace
   */
  constructor({ endpointUrl, productId, deviceId, environment, trace }) {
    if (!endpointUrl || !productId || !deviceId) {
      throw new TypeError('endpointUrl, productId and deviceId are needed.');
    }
    this.#endpointUrl = endpointUrl.replace(/\/+$/, '');
    this.#body = JSON.stringify({ productId: productId.toLowerCase(), deviceId: deviceId.toLowerCase() });
    this.#environment = environment;
    this.#trace = trace;
  }

  /**
   * @param {string} token
   * @returns {Promise<{signalingUrl: string}>}
   */
  async connectDevice(token) {
    return requireStrings(await this.#post('device/connect', token), 'signalingUrl');
  }

  /**
   * @param {string} [token]
   * @returns {Promise<{signalingUrl: string, deviceOnline: boolean, channelId: string}>}
   */
  async connectClient(token) {
    return requireStrings(await this.#post('client/connect', token), 'signalingUrl', 'channelId');
  }

  /**
   * @param {string} [token]
   * @returns {Promise<RTCIceServer[]>}
   */
  async iceServers(token) {
    const { iceServers } = await this.#post('ice-servers', token);
    return Array.isArray(iceServers) ? iceServers : [];
  }

  /**
   * @param {string} call
   * @param {string} [token]
   */
  async #post(call, token) {
    const trace = (/** @type {'in' | 'out'} */ direction, /** @type {string} */ detail, /** @type {HeliographError | undefined} */ error = undefined) =>
      this.#trace({ direction, layer: 'http', type: call, detail, error });
    trace('out', token ? 'with a token' : 'without a token');
    const abort = new AbortController();
    const timer = this.#environment.setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const response = await this.#environment.fetch(`${this.#endpointUrl}/v1/${call}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: this.#body,
        credentials: 'omit',
        signal: abort.signal,
      });
      const text = await response.text();
      if (!response.ok) {
        throw readError(response, text, this.#environment.now());
      }
      const answer = readObject(text);
      trace('in', String(response.status));
      return answer;
    } catch (cause) {
      const error = cause instanceof HeliographError ? cause : abort.signal.aborted
        ? new HeliographError(ErrorCode.TIMEOUT, 'The service did not answer in time.')
        : new HeliographError(ErrorCode.NETWORK_ERROR, 'The service cannot be reached.', { cause });
      trace('in', error instanceof HttpError ? `${error.status} ${error.code}` : error.code, error);
      throw error;
    } finally {
      this.#environment.clearTimeout(timer);
    }
  }
}

/**
 * @param {Response} response
 * @param {string} text
 * @param {number} now
 */
function readError(response, text, now) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's error page: the status has to do.
  }
  const code = typeof body?.code === 'string' ? body.code : FALLBACK_CODES[response.status] ?? (response.status >= 500 ? 'UNAVAILABLE' : ErrorCode.BAD_RESPONSE);
  const message = typeof body?.message === 'string' ? body.message : `The service answered ${response.status}.`;
  return new HttpError(response.status, code, message, parseRetryAfter(response.headers.get('retry-after'), now));
}

/** @param {string} text */
function readObject(text) {
  try {
    const value = JSON.parse(text);
    if (value !== null && typeof value === 'object') {
      return value;
    }
  } catch {
    // Reported below, like any other answer that is no object.
  }
  throw badResponse();
}

/**
 * @param {any} answer
 * @param {...string} names
 */
function requireStrings(answer, ...names) {
  if (names.some((name) => typeof answer[name] !== 'string')) {
    throw badResponse();
  }
  return answer;
}

function badResponse() {
  return new HeliographError(ErrorCode.BAD_RESPONSE, 'The answer is not one of a signaling service. Is the address right?');
}
