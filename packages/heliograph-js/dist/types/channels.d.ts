/**
 * A device's channels, of which there can be only so many. A client that just leaves tells nobody; so when the table is full, the client
 * that is known to be gone for longest makes room; where there is none, all are asked whether they are still there.
 */
export class ChannelTable {
    /**
     * @param {number} capacity
     * @param {() => number} now milliseconds
     */
    constructor(capacity: number, now: () => number);
    get all(): import("./channel.js").SignalingChannel[];
    /** @param {string} id */
    get(id: string): import("./channel.js").SignalingChannel | undefined;
    /** @param {import('./channel.js').SignalingChannel} channel stays until it ends */
    add(channel: import("./channel.js").SignalingChannel): void;
    /** Whether there is room for one more, made where need be. */
    hasRoom(): boolean;
    #private;
}
