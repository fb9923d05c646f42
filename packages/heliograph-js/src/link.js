import { traceFrame } from './channel.js';
import { Connection } from './connection.js';
import { createEnvironment } from './environment.js';
import { HttpApi } from './http.js';

/**
 * What devices and clients are told alike.
 * @typedef {object} ServiceOptions
 * @property {string} endpointUrl base URL of the service
 * @property {string} productId
 * @property {string} deviceId
 * @property {(entry: import('./environment.js').TraceEntry) => void} [onTrace]
 * @property {Partial<import('./environment.js').Environment>} [environment]
 */

/** The service, as one device or client sees it: its HTTP calls, and the connection to it. */
export class ServiceLink {
  /**
   * @param {ServiceOptions} options
   * @param {(http: HttpApi) => import('./connection.js').ConnectionPolicy} createPolicy
   */
  constructor({ endpointUrl, productId, deviceId, onTrace, environment: overrides }, createPolicy) {
    const environment = createEnvironment(overrides, 'WebSocket');
    this.environment = environment;
    this.trace = (/** @type {any} */ entry) => onTrace?.({ time: environment.now(), ...entry });
    this.http = new HttpApi({ endpointUrl, productId, deviceId, environment, trace: this.trace });
    this.connection = new Connection(createPolicy(this.http), environment);
  }

  /** @param {import('./routing.js').Frame} frame */
  send(frame) {
    if (this.connection.send(frame)) {
      this.trace(traceFrame(frame, 'out'));
    }
  }
}
