/**
 * What the module takes from its surroundings. Each part can be replaced: Node 20 has no global WebSocket,
 * and tests bring their own clock and network.
 * @typedef {object} Environment
 * @property {typeof globalThis.fetch} fetch
 * @property {new (url: string) => WebSocket} WebSocket
 * @property {typeof globalThis.RTCPeerConnection} RTCPeerConnection for `connect` alone
 * @property {(callback: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} now milliseconds since 1970
 * @property {() => number} random at least 0, less than 1
 */
/**
 * One line of what passed over the wire. `detail` is short and never holds a secret, a token, a ticket or SDP.
 * @typedef {object} TraceEntry
 * @property {number} time
 * @property {'in' | 'out'} direction
 * @property {'http' | 'routing' | 'reliability' | 'webrtc'} layer
 * @property {string} type
 * @property {string} detail
 * @property {string} [channelId]
 * @property {import('./errors.js').HeliographError} [error]
 */
/**
 * @param {Partial<Environment>} [overrides]
 * @param {...('WebSocket' | 'RTCPeerConnection')} needed what not every surrounding has
 * @returns {Environment}
 */
export function createEnvironment(overrides?: Partial<Environment>, ...needed: ("WebSocket" | "RTCPeerConnection")[]): Environment;
/**
 * What the module takes from its surroundings. Each part can be replaced: Node 20 has no global WebSocket,
 * and tests bring their own clock and network.
 */
export type Environment = {
    fetch: typeof globalThis.fetch;
    WebSocket: new (url: string) => WebSocket;
    /**
     * for `connect` alone
     */
    RTCPeerConnection: typeof globalThis.RTCPeerConnection;
    setTimeout: (callback: () => void, ms: number) => any;
    clearTimeout: (timer: any) => void;
    /**
     * milliseconds since 1970
     */
    now: () => number;
    /**
     * at least 0, less than 1
     */
    random: () => number;
};
/**
 * One line of what passed over the wire. `detail` is short and never holds a secret, a token, a ticket or SDP.
 */
export type TraceEntry = {
    time: number;
    direction: "in" | "out";
    layer: "http" | "routing" | "reliability" | "webrtc";
    type: string;
    detail: string;
    channelId?: string | undefined;
    error?: import("./errors.js").HeliographError | undefined;
};
