/**
 * @param {RTCPeerConnection | undefined} peerConnection
 * @returns {Promise<string | null>} null while no way is chosen
 */
export function readPath(peerConnection: RTCPeerConnection | undefined): Promise<string | null>;
/** Which way the picture takes: from peer to peer, or through a TURN server. */
export const MediaPath: {
    readonly DIRECT: "DIRECT";
    readonly RELAYED: "RELAYED";
};
