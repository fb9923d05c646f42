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
export function parseFrame(data: unknown): Frame | null;
/**
 * @typedef {object} RoutingHandlers
 * @property {() => void} onOpen
 * @property {(frame: Frame) => void} onFrame PING and PONG are dealt with here and do not show up
 * @property {(error: HeliographError) => void} onClose once, whether the socket had opened or not
 */
/** One WebSocket to the service. It lives once; reconnecting is the connection's business. */
export class RoutingSocket {
    /**
     * @param {string} url
     * @param {import('./environment.js').Environment} environment
     * @param {RoutingHandlers} handlers
     */
    constructor(url: string, environment: import("./environment.js").Environment, handlers: RoutingHandlers);
    /**
     * @param {Frame} frame
     * @returns {boolean} whether the frame was handed to an open socket
     */
    send(frame: Frame): boolean;
    /**
     * @param {number} timeoutMs
     * @returns {Promise<boolean>} whether the service answered in time
     */
    ping(timeoutMs: number): Promise<boolean>;
    /** Lets go of the socket: nothing is reported any more, not even its close. */
    drop(): void;
    #private;
}
/**
 * A frame of the routing layer.
 */
export type Frame = {
    type: string;
    channelId?: string | undefined;
    message?: any;
    authorized?: boolean | undefined;
    error?: {
        code: string;
        message?: string;
    } | undefined;
};
export type RoutingHandlers = {
    onOpen: () => void;
    /**
     * PING and PONG are dealt with here and do not show up
     */
    onFrame: (frame: Frame) => void;
    /**
     * once, whether the socket had opened or not
     */
    onClose: (error: HeliographError) => void;
};
import { HeliographError } from './errors.js';
