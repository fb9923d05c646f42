/** What the states of the layers are called on the page. */
const WORDS = {
  idle: '–',
  new: 'new',
  connecting: 'connecting',
  connected: 'connected',
  disconnected: 'disconnected',
  wait_retry: 'waiting to retry',
  busy: 'asking',
  waiting: 'waiting',
  ok: 'answered',
  done: 'done',
  failed: 'failed',
  closed: 'closed',
};

/**
 * Shows the state of one layer.
 * @param {'http' | 'signaling' | 'channel' | 'setup' | 'peer'} layer
 * @param {string} state as the layer calls it
 * @param {string} [note]
 */
export function showLayer(layer, state, note) {
  const row = document.querySelector(`[data-layer=${layer}]`);
  row.dataset.state = state.toLowerCase();
  row.querySelector('span').textContent = note ?? WORDS[row.dataset.state] ?? state;
}

export function resetLayers() {
  ['http', 'signaling', 'channel', 'setup', 'peer'].forEach((layer) => showLayer(layer, 'idle'));
}

/**
 * The HTTP layer has no state of its own: its last exchange is it.
 * @param {{direction: string, layer: string, type: string, detail: string, error?: Error}} entry of the trace
 */
export function showHttpLayer({ direction, layer, type, detail, error }) {
  if (layer === 'http') {
    const state = direction === 'out' ? 'busy' : error ? 'failed' : 'ok';
    showLayer('http', state, direction === 'out' ? type : `${type} · ${detail}`);
  }
}

/** @param {RTCPeerConnection} peerConnection */
export function showPeerLayer(peerConnection) {
  const { connectionState, iceConnectionState } = peerConnection;
  showLayer('peer', connectionState, `${WORDS[connectionState]} · ICE ${iceConnectionState}`);
}
