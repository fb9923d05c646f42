import { names } from '../names.js';

/** Which way the picture takes: from peer to peer, or through a TURN server. */
export const MediaPath = names('DIRECT', 'RELAYED');

/**
 * @param {RTCStatsReport} stats of a peer connection
 * @returns {string | null} null while no way is chosen
 */
export function readPath(stats) {
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
