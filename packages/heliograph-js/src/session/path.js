import { names } from '../names.js';

/** Which way the picture takes: from peer to peer, or through a TURN server. */
export const MediaPath = names('DIRECT', 'RELAYED');

/**
 * @param {RTCPeerConnection | undefined} peerConnection
 * @returns {Promise<string | null>} null while no way is chosen
 */
export async function readPath(peerConnection) {
  // One that is being closed may have none.
  const stats = await peerConnection?.getStats().catch(() => null);
  if (!stats) {
    return null;
  }
  /** @type {any[]} */
  const all = [...stats.values()];
  // Firefox has no transport entry that names the pair.
  const pair = stats.get(all.find(({ selectedCandidatePairId }) => selectedCandidatePairId)?.selectedCandidatePairId)
    ?? all.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded');
  if (!pair) {
    return null;
  }
  const isRelayed = [pair.localCandidateId, pair.remoteCandidateId].some((id) => stats.get(id)?.candidateType === 'relay');
  return isRelayed ? MediaPath.RELAYED : MediaPath.DIRECT;
}
