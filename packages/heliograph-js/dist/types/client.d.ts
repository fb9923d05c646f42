/**
 * A token that the vendor's backend has made for this client, or what gets one whenever it is needed.
 * @typedef {string | (() => string | Promise<string>)} AccessToken
 */
/**
 * @typedef {import('./link.js').ServiceOptions & {
 *   accessToken?: AccessToken,
 *   requireOnline?: boolean,
 * }} ClientOptions
 *   `accessToken` makes the channel an authorized one. `requireOnline`: fail with DEVICE_OFFLINE rather than wait for the device.
 */
/**
 * A client's side of the service: one connection to one device, which is one channel.
 * Events: `connectionstatechange` (the state), `error` (why connecting failed or a connection was lost).
 * @extends {Emitter<{connectionstatechange: string, error: HeliographError}>}
 */
export class SignalingClient extends Emitter<{
    connectionstatechange: string;
    error: HeliographError;
}> {
    /** @param {ClientOptions} options */
    constructor({ accessToken, requireOnline, ...options }: ClientOptions);
    channel: SignalingChannel;
    get connectionState(): string;
    start(): void;
    /** Asks the service for a sign of life, and reconnects if there is none within a second. */
    checkAlive(): Promise<boolean>;
    /** @returns {Promise<RTCIceServer[]>} */
    requestIceServers(): Promise<RTCIceServer[]>;
    /** Closes the channel, then the connection. */
    close(): void;
    #private;
}
/**
 * A token that the vendor's backend has made for this client, or what gets one whenever it is needed.
 */
export type AccessToken = string | (() => string | Promise<string>);
/**
 * `accessToken` makes the channel an authorized one. `requireOnline`: fail with DEVICE_OFFLINE rather than wait for the device.
 */
export type ClientOptions = import("./link.js").ServiceOptions & {
    accessToken?: AccessToken;
    requireOnline?: boolean;
};
import { HeliographError } from './errors.js';
import { Emitter } from './emitter.js';
import { SignalingChannel } from './channel.js';
