export function noConnection(): HeliographError;
/**
 * One client, one channel and one peer connection, which live and end together.
 * Events: `change` (of any part), `peerconnection`, `stream`, `message`, and `end` (why), once.
 * @extends {Emitter<{change: void, peerconnection: RTCPeerConnection, stream: MediaStream, message: any, end: any}>}
 */
export class Attempt extends Emitter<{
    change: void;
    peerconnection: RTCPeerConnection;
    stream: MediaStream;
    message: any;
    end: any;
}> {
    /**
     * @param {import('./session.js').ConnectOptions & {endpointUrl: string}} options
     * @param {import('../environment.js').Environment} environment
     */
    constructor({ secret, keyId, rtcConfiguration, ...options }: import("./session.js").ConnectOptions & {
        endpointUrl: string;
    }, environment: import("../environment.js").Environment);
    /** @type {RTCPeerConnection | undefined} */
    peerConnection: RTCPeerConnection | undefined;
    get isLive(): boolean;
    get isDeviceOffline(): boolean;
    start(): void;
    /** @param {any} message */
    send(message: any): Promise<void>;
    /** The network may be another, or time may have stood still. */
    wake(): void;
    close(): void;
    /** @param {any} error */
    end(error: any): void;
    #private;
}
import { HeliographError } from '../errors.js';
import { Emitter } from '../emitter.js';
