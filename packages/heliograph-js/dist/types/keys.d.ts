/**
 * A key pair for a device or a product. Where the private key is not extractable it can still be kept
 * across page loads: IndexedDB stores CryptoKey objects as they are.
 * @param {{extractable?: boolean}} [options] not extractable by default
 * @returns {Promise<CryptoKeyPair>}
 */
export function generateKeyPair({ extractable }?: {
    extractable?: boolean;
}): Promise<CryptoKeyPair>;
/**
 * @param {CryptoKey} publicKey
 * @returns {Promise<string>} SubjectPublicKeyInfo as PEM, as the management API takes it
 */
export function exportPublicKeyPem(publicKey: CryptoKey): Promise<string>;
/**
 * @param {CryptoKey} publicKey
 * @returns {Promise<string>} lower-case hex SHA-256 of the SubjectPublicKeyInfo: a key ID without its prefix
 */
export function publicKeyFingerprint(publicKey: CryptoKey): Promise<string>;
