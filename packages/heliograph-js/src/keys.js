import { toBase64, toHex } from './encoding.js';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

/**
 * A key pair for a device or a product. Where the private key is not extractable it can still be kept
 * across page loads: IndexedDB stores CryptoKey objects as they are.
 * @param {{extractable?: boolean}} [options] not extractable by default
 * @returns {Promise<CryptoKeyPair>}
 */
export function generateKeyPair({ extractable = false } = {}) {
  return crypto.subtle.generateKey(P256, extractable, ['sign', 'verify']);
}

/**
 * @param {CryptoKey} publicKey
 * @returns {Promise<string>} SubjectPublicKeyInfo as PEM, as the management API takes it
 */
export async function exportPublicKeyPem(publicKey) {
  const base64 = toBase64(await crypto.subtle.exportKey('spki', publicKey));
  return `-----BEGIN PUBLIC KEY-----\n${base64.match(/.{1,64}/g)?.join('\n')}\n-----END PUBLIC KEY-----\n`;
}

/**
 * @param {CryptoKey} publicKey
 * @returns {Promise<string>} lower-case hex SHA-256 of the SubjectPublicKeyInfo: a key ID without its prefix
 */
export async function publicKeyFingerprint(publicKey) {
  return toHex(await crypto.subtle.digest('SHA-256', await crypto.subtle.exportKey('spki', publicKey)));
}
