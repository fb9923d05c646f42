export const SessionState: {
    readonly CONNECTED: "CONNECTED";
    readonly FAILED: "FAILED";
    readonly CLOSED: "CLOSED";
    readonly CONNECTING: "CONNECTING";
    readonly OFFLINE: "OFFLINE";
    readonly RECONNECTING: "RECONNECTING";
};
/**
 * @typedef {object} ConnectOptions
 * @property {string} [endpointUrl] base URL of the service; by default the one that this module was loaded from
 * @property {string} productId
 * @property {string} deviceId
 * @property {string} [secret] shared with the device: every message is signed with it
 * @property {string} [keyId] tells the device which of its secrets is meant
 * @property {import('../client.js').AccessToken} [accessToken] a function is asked anew whenever the session begins anew
 * @property {RTCConfiguration} [rtcConfiguration] for the peer connection, on top of the ICE servers of the setup
 * @property {(entry: import('../environment.js').TraceEntry) => void} [onTrace]
 * @property {Partial<import('../environment.js').Environment>} [environment]
 */
/**
 * A client's connection to a device, media included, that is made anew as often as it takes.
 * Events: `statechange` (the state), `stream` (what the device sends, a new one after each new beginning), `pathchange` (the path),
 * `error` (why a try failed or a connection was lost), `peerconnection` (each new one, before anything is negotiated: the place for
 * tracks and data channels of this side), `message` (of the application's own).
 * @extends {Emitter<{statechange: string, stream: MediaStream, pathchange: string | null, error: HeliographError, peerconnection: RTCPeerConnection, message: any}>}
 */
export class DeviceSession extends Emitter<{
    statechange: string;
    stream: MediaStream;
    pathchange: string | null;
    error: HeliographError;
    peerconnection: RTCPeerConnection;
    message: any;
}> {
    /** @param {ConnectOptions} options */
    constructor({ environment, ...options }: ConnectOptions);
    /**
     * What the device sends, once there is something.
     * @type {MediaStream | null}
     */
    stream: MediaStream | null;
    /**
     * DIRECT or RELAYED; null while there is no connection.
     * @type {string | null}
     */
    path: string | null;
    /**
     * Why there is no connection.
     * @type {HeliographError | null}
     */
    error: HeliographError | null;
    /**
     * Settles when the device is connected for the first time, or the session has ended before.
     * @type {Promise<DeviceSession>}
     */
    ready: Promise<DeviceSession>;
    get state(): string;
    /** Of the present try; the event `peerconnection` tells of the next ones. */
    get peerConnection(): RTCPeerConnection | undefined;
    /**
     * Sends a message of the application's own, signed like the others. Rejects where the connection ends before.
     * @param {any} message
     * @returns {Promise<void>}
     */
    send(message: any): Promise<void>;
    /** Finds out whether the service is still there, and tries again at once where it was waiting. In pages that happens by itself. */
    checkAlive(): void;
    close(): void;
    #private;
}
export type ConnectOptions = {
    /**
     * base URL of the service; by default the one that this module was loaded from
     */
    endpointUrl?: string | undefined;
    productId: string;
    deviceId: string;
    /**
     * shared with the device: every message is signed with it
     */
    secret?: string | undefined;
    /**
     * tells the device which of its secrets is meant
     */
    keyId?: string | undefined;
    /**
     * a function is asked anew whenever the session begins anew
     */
    accessToken?: import("../client.js").AccessToken | undefined;
    /**
     * for the peer connection, on top of the ICE servers of the setup
     */
    rtcConfiguration?: RTCConfiguration | undefined;
    onTrace?: ((entry: import("../environment.js").TraceEntry) => void) | undefined;
    environment?: Partial<import("../environment.js").Environment> | undefined;
};
import { HeliographError } from '../errors.js';
import { Emitter } from '../emitter.js';
