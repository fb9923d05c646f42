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
export function createEnvironment(overrides, ...needed) {
  const { WebSocket, RTCPeerConnection } = globalThis;
  /** @type {Environment} */
  const environment = {
    WebSocket,
    RTCPeerConnection,
    // Called through globalThis: browsers refuse these functions on any other receiver.
    fetch: (...args) => globalThis.fetch(...args),
    setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
    clearTimeout: (timer) => globalThis.clearTimeout(timer),
    now: () => Date.now(),
    random: () => Math.random(),
    ...overrides,
  };
  for (const name of needed) {
    if (!environment[name]) {
      throw new TypeError(`There is no ${name} here: pass one as environment.${name}.`);
    }
  }
  return environment;
}
