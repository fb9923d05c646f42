/**
 * @param {import('./routing.js').Frame} frame
 * @param {'in' | 'out'} direction
 * @returns {Omit<import('./environment.js').TraceEntry, 'time'>}
 */
export function traceFrame(frame: import("./routing.js").Frame, direction: "in" | "out"): Omit<import("./environment.js").TraceEntry, "time">;
export const ChannelState: {
    readonly NEW: "NEW";
    readonly CONNECTED: "CONNECTED";
    readonly DISCONNECTED: "DISCONNECTED";
    readonly FAILED: "FAILED";
    readonly CLOSED: "CLOSED";
};
/**
 * @typedef {{send(frame: import('./routing.js').Frame): void, trace(entry: object): void}} Link
 */
/**
 * The way between one client and one device. It outlives the connections below it: while a peer is away, messages wait.
 * Events: `statechange` (the state), `error` (why it ended; the state is already the last one), `peerconnected`, `peeroffline`.
 * @extends {Emitter<{statechange: string, error: import('./errors.js').HeliographError, peerconnected: void, peeroffline: void}>}
 */
export class SignalingChannel extends Emitter<{
    statechange: string;
    error: import("./errors.js").HeliographError;
    peerconnected: void;
    peeroffline: void;
}> {
    /**
     * Made by SignalingDevice and SignalingClient.
     * @param {object} options
     * @param {string} [options.id] a client's is known once it has connected
     * @param {boolean} [options.authorized]
     * @param {Link} options.link what is below
     */
    constructor({ id, authorized, link }: {
        id?: string | undefined;
        authorized?: boolean | undefined;
        link: Link;
    });
    id: string;
    /** On a device: the service vouches for the client, by its token. */
    authorized: boolean;
    get state(): string;
    get isEnded(): boolean;
    /**
     * Takes what arrives. What came before anyone listened is handed over at once.
     * @param {(data: any) => void} listener
     */
    listen(listener: (data: any) => void): void;
    /**
     * Sends data, now or as soon as both peers are there.
     * @param {any} data
     */
    send(data: any): void;
    /**
     * Ends the channel for a reason that the other peer is told.
     * @param {ChannelError} error
     */
    fail(error: ChannelError): void;
    /** Ends the channel, and tells the other peer. */
    close(): void;
    /**
     * Ends the channel without a word to the other peer, because its connection is gone for good.
     * @param {import('./errors.js').HeliographError} error
     */
    abandon(error: import("./errors.js").HeliographError): void;
    /** The connection below has opened. */
    resend(): void;
    /** Finds out whether the other peer is still there, by a message that it ignores. */
    probe(): void;
    /** @param {boolean} online */
    setPeerOnline(online: boolean): void;
    /** @param {import('./routing.js').Frame} frame that came for this channel */
    receive(frame: import("./routing.js").Frame): void;
    /** @param {Partial<import('./environment.js').TraceEntry>} entry */
    trace(entry: Partial<import("./environment.js").TraceEntry>): void;
    #private;
}
export type Link = {
    send(frame: import("./routing.js").Frame): void;
    trace(entry: object): void;
};
import { Emitter } from './emitter.js';
import { ChannelError } from './errors.js';
