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
    constructor({ endpointUrl, productId, deviceId, onTrace, environment: overrides }: ServiceOptions, createPolicy: (http: HttpApi) => import("./connection.js").ConnectionPolicy);
    environment: import("./environment.js").Environment;
    trace: (entry: any) => void | undefined;
    http: HttpApi;
    connection: Connection;
    /** @param {import('./routing.js').Frame} frame */
    send(frame: import("./routing.js").Frame): void;
}
/**
 * What devices and clients are told alike.
 */
export type ServiceOptions = {
    /**
     * base URL of the service
     */
    endpointUrl: string;
    productId: string;
    deviceId: string;
    onTrace?: ((entry: import("./environment.js").TraceEntry) => void) | undefined;
    environment?: Partial<import("./environment.js").Environment> | undefined;
};
import { HttpApi } from './http.js';
import { Connection } from './connection.js';
