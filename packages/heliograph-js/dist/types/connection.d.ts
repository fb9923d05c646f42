export const ConnectionState: {
    readonly NEW: "NEW";
    readonly CONNECTED: "CONNECTED";
    readonly FAILED: "FAILED";
    readonly CLOSED: "CLOSED";
    readonly CONNECTING: "CONNECTING";
    readonly WAIT_RETRY: "WAIT_RETRY";
};
/**
 * What tells a device's connection from a client's.
 * @typedef {object} ConnectionPolicy
 * @property {() => Promise<string>} getUrl called for every try
 * @property {number} maxTries failed tries in a row before giving up; where that ever happens, a first try that fails is final
 * @property {number} maxDelayMs
 */
/**
 * Keeps a WebSocket to the service open.
 * Events: `statechange` (the state), `open` (after every opening), `frame`, `error` (why a try failed or a connection was lost;
 * the state is already the new one).
 * @extends {Emitter<{statechange: string, open: void, frame: import('./routing.js').Frame, error: HeliographError}>}
 */
export class Connection extends Emitter<{
    statechange: string;
    open: void;
    frame: import("./routing.js").Frame;
    error: HeliographError;
}> {
    /**
     * @param {ConnectionPolicy} policy
     * @param {import('./environment.js').Environment} environment
     */
    constructor(policy: ConnectionPolicy, environment: import("./environment.js").Environment);
    get state(): string;
    start(): void;
    /**
     * @param {import('./routing.js').Frame} frame
     * @returns {boolean} false while there is no connection: the frame is gone
     */
    send(frame: import("./routing.js").Frame): boolean;
    /** Asks the service for a sign of life, and reconnects if there is none within a second. */
    checkAlive(): Promise<boolean>;
    close(): void;
    #private;
}
/**
 * What tells a device's connection from a client's.
 */
export type ConnectionPolicy = {
    /**
     * called for every try
     */
    getUrl: () => Promise<string>;
    /**
     * failed tries in a row before giving up; where that ever happens, a first try that fails is final
     */
    maxTries: number;
    maxDelayMs: number;
};
import { HeliographError } from './errors.js';
import { Emitter } from './emitter.js';
