/**
 * How the peers make sure of each other.
 * @typedef {{mode: 'NONE'}
 *   | {mode: 'SHARED_SECRET', secret: string, keyId?: string}
 *   | {mode: 'SHARED_SECRET', findSecret: (keyId: string | undefined) => string | undefined | Promise<string | undefined>}} Security
 *   A device with several secrets gives `findSecret`, which gets the key ID of the client's first message.
 */
/**
 * Signed WebRTC signaling messages on a channel, after the setup round trip. What can't be verified ends the channel.
 * Events: `message` (a DESCRIPTION, a CANDIDATE, or a message of the application's own).
 * @extends {Emitter<{message: any}>}
 */
export class MessageTransport extends Emitter<{
    message: any;
}> {
    /**
     * The client's side: asks for the setup.
     * @param {import('./client.js').SignalingClient} client
     * @param {Security} security
     */
    static forClient(client: import("./client.js").SignalingClient, security: Security): MessageTransport;
    /**
     * The device's side: answers the setup, passing the client its ICE servers.
     * @param {import('./device.js').SignalingDevice} device
     * @param {import('./channel.js').SignalingChannel} channel
     * @param {Security} security
     */
    static forDevice(device: import("./device.js").SignalingDevice, channel: import("./channel.js").SignalingChannel, security: Security): MessageTransport;
    /**
     * @private use forClient and forDevice
     * @param {import('./channel.js').SignalingChannel} channel
     * @param {Security} security
     * @param {(message: any) => Promise<RTCIceServer[]>} onSetup takes the other peer's first message
     */
    private constructor();
    /**
     * Settles with the setup: ICE servers for the peer connection, or what ended the channel before.
     * @type {Promise<{iceServers: RTCIceServer[]}>}
     */
    ready: Promise<{
        iceServers: RTCIceServer[];
    }>;
    /**
     * Sends a message, as soon as the setup is done.
     * @param {any} message
     */
    send(message: any): Promise<void>;
    #private;
}
/**
 * A device with several secrets gives `findSecret`, which gets the key ID of the client's first message.
 */
export type Security = {
    mode: "NONE";
} | {
    mode: "SHARED_SECRET";
    secret: string;
    keyId?: string;
} | {
    mode: "SHARED_SECRET";
    findSecret: (keyId: string | undefined) => string | undefined | Promise<string | undefined>;
};
import { Emitter } from './emitter.js';
