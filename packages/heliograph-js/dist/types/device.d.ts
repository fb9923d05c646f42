/**
 * @typedef {import('./link.js').ServiceOptions & {
 *   tokenGenerator: {generate(): Promise<string>},
 *   maxChannels?: number,
 * }} DeviceOptions
 *   `tokenGenerator` is asked for a new token at every try. `maxChannels`: clients at the same time, 1000 by default; beyond it one that is
 *   known to be gone makes room, and where there is none, the new one is turned away.
 */
/**
 * A device's side of the service: it stays connected for good, and clients come to it.
 * Events: `channel` (a SignalingChannel a client has opened), `connectionstatechange` (the state),
 * `error` (why a try to connect failed; the device keeps trying).
 * @extends {Emitter<{channel: SignalingChannel, connectionstatechange: string, error: import('./errors.js').HeliographError}>}
 */
export class SignalingDevice extends Emitter<{
    channel: SignalingChannel;
    connectionstatechange: string;
    error: import("./errors.js").HeliographError;
}> {
    /** @param {DeviceOptions} options */
    constructor({ tokenGenerator, maxChannels, ...options }: DeviceOptions);
    get connectionState(): string;
    get channels(): SignalingChannel[];
    start(): void;
    /** Asks the service for a sign of life, and reconnects if there is none within a second. */
    checkAlive(): Promise<boolean>;
    /** @returns {Promise<RTCIceServer[]>} */
    requestIceServers(): Promise<RTCIceServer[]>;
    /** Closes every channel, then the connection. */
    close(): void;
    #private;
}
/**
 * `tokenGenerator` is asked for a new token at every try. `maxChannels`: clients at the same time, 1000 by default; beyond it one that is
 * known to be gone makes room, and where there is none, the new one is turned away.
 */
export type DeviceOptions = import("./link.js").ServiceOptions & {
    tokenGenerator: {
        generate(): Promise<string>;
    };
    maxChannels?: number;
};
import { SignalingChannel } from './channel.js';
import { Emitter } from './emitter.js';
