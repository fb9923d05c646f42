import {
  HeliographError, HttpError, exportPublicKeyPem, generateKeyPair,
} from '/sdk/index.js';

/**
 * Registers a new product with one device, through the management API.
 * @param {string} apiKey
 * @param {(entry: object) => void} onTrace
 * @returns {Promise<{productId: string, deviceId: string, keyPair: CryptoKeyPair, productKeyPair: CryptoKeyPair}>}
 */
export async function provisionCamera(apiKey, onTrace) {
  const post = (path, body) => call(apiKey, path, body, onTrace);
  // Private keys that can't be exported: they leave this browser by no way at all.
  const [keyPair, productKeyPair] = await Promise.all([generateKeyPair(), generateKeyPair()]);
  const { productId } = await post('/v1/webrtc/products', { name: 'Try page', region: 'local' });
  const product = `/v1/webrtc/products/${productId}`;
  const { deviceId } = await post(`${product}/devices`, { name: 'Camera of the try page' });
  await post(`${product}/devices/${deviceId}/publickeys`, { publicKey: await exportPublicKeyPem(keyPair.publicKey) });
  await post(`${product}/publickeys`, { publicKey: await exportPublicKeyPem(productKeyPair.publicKey) });
  return { productId, deviceId, keyPair, productKeyPair };
}

async function call(apiKey, path, body, onTrace) {
  const type = path.replace('/v1/webrtc/', '');
  onTrace({ time: Date.now(), direction: 'out', layer: 'http', type: 'management', detail: type });
  try {
    const response = await request(apiKey, path, body);
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      throw new HttpError(response.status, answer.code ?? 'BAD_RESPONSE', answer.message ?? `The service answered ${response.status}.`);
    }
    onTrace({ time: Date.now(), direction: 'in', layer: 'http', type: 'management', detail: String(response.status) });
    return answer;
  } catch (error) {
    onTrace({ time: Date.now(), direction: 'in', layer: 'http', type: 'management', detail: error.code, error });
    throw error;
  }
}

async function request(apiKey, path, body) {
  try {
    return await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
      body: JSON.stringify(body),
    });
  } catch (error) {
    throw new HeliographError('NETWORK_ERROR', 'The service cannot be reached.', { cause: error });
  }
}
