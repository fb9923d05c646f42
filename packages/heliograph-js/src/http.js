import { ErrorCode, HeliographError, HttpError } from './errors.js';
import { parseRetryAfter } from './backoff.js';

const TIMEOUT_MS = 20_000;

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
    this.#trace({ direction: 'out', layer: 'http', type: call, detail: token ? 'with a token' : 'without a token' });
    try {
      const { status, answer } = await this.#exchange(call, token);
      this.#trace({ direction: 'in', layer: 'http', type: call, detail: String(status) });
      return answer;
    } catch (/** @type {any} */ error) {
      const detail = error instanceof HttpError ? `${error.status} ${error.code}` : error.code;
      this.#trace({ direction: 'in', layer: 'http', type: call, detail, error });
      throw error;
    }
  }

  /**
   * @param {string} call
   * @param {string} [token]
   */
  async #exchange(call, token) {
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
      return { status: response.status, answer: readObject(text) };
    } catch (error) {
      if (error instanceof HeliographError) {
        throw error;
      }
      throw abort.signal.aborted
        ? new HeliographError(ErrorCode.TIMEOUT, 'The service did not answer in time.')
        : new HeliographError(ErrorCode.NETWORK_ERROR, 'The service cannot be reached.', { cause: error });
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
  const code = typeof body?.code === 'string' ? body.code : fallbackCode(response.status);
  const message = typeof body?.message === 'string' ? body.message : `The service answered ${response.status}.`;
  return new HttpError(response.status, code, message, parseRetryAfter(response.headers.get('retry-after'), now));
}

/** @param {number} status */
function fallbackCode(status) {
  switch (status) {
    case 401: return 'UNAUTHORIZED';
    case 403: return 'ACCESS_DENIED';
    case 429: return 'TOO_MANY_REQUESTS';
    default: return status >= 500 ? 'UNAVAILABLE' : ErrorCode.BAD_RESPONSE;
  }
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
