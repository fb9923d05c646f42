/**
 * @param {RTCStatsReport} stats of a peer connection
 * @returns {string | null} null while no way is chosen
 */
export function readPath(stats: RTCStatsReport): string | null;
/** Which way the picture takes: from peer to peer, or through a TURN server. */
export const MediaPath: {
    readonly DIRECT: "DIRECT";
    readonly RELAYED: "RELAYED";
};
