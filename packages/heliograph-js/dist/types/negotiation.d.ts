/**
 * WebRTC's perfect negotiation over a message transport. The device is the polite peer.
 * Events: `error` (what the browser made of a message it could not use).
 * @extends {Emitter<{error: unknown}>}
 */
export class PerfectNegotiation extends Emitter<{
    error: unknown;
}> {
    /**
     * @param {object} options
     * @param {RTCPeerConnection} options.peerConnection
     * @param {import('./transport.js').MessageTransport} options.transport
     * @param {boolean} options.polite true on the device, false on the client
     */
    constructor({ peerConnection, transport, polite }: {
        peerConnection: RTCPeerConnection;
        transport: import("./transport.js").MessageTransport;
        polite: boolean;
    });
    /** Stops negotiating. The peer connection stays as it is. */
    close(): void;
    #private;
}
import { Emitter } from './emitter.js';
