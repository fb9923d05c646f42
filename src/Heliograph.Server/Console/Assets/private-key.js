const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

/** DER of PKCS #8 before a SEC 1 key: version 0, and the algorithm: an elliptic-curve key on P-256. */
const VERSION_AND_ALGORITHM = [
  0x02, 0x01, 0x00,
  0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
];

/**
 * Reads a private key as it lies in files: PEM, in PKCS #8 or SEC 1. What comes back can sign and can't be read out.
 * @param {string} pem
 * @returns {Promise<CryptoKeyPair>}
 */
export async function importPrivateKey(pem) {
  const key = await crypto.subtle.importKey('pkcs8', readPem(pem), P256, true, ['sign']).catch(() => {
    throw new Error('The private key can\'t be read: it must be a NIST P-256 key.');
  });
  const { d, key_ops, ext, ...publicJwk } = await crypto.subtle.exportKey('jwk', key);
  return {
    publicKey: await crypto.subtle.importKey('jwk', publicJwk, P256, true, ['verify']),
    privateKey: await crypto.subtle.importKey('jwk', { d, ...publicJwk }, P256, false, ['sign']),
  };
}

/** @param {string} pem */
function readPem(pem) {
  const blocks = [...pem.matchAll(/-----BEGIN ([A-Z ]+)-----([\s\S]+?)-----END \1-----/g)];
  const block = blocks.find(([, label]) => label === 'PRIVATE KEY' || label === 'EC PRIVATE KEY');
  if (!block) {
    const labels = blocks.map(([, label]) => label);
    throw new Error(labels.includes('ENCRYPTED PRIVATE KEY')
      ? 'The private key is encrypted; write it without a passphrase (openssl pkcs8 -topk8 -nocrypt).'
      : labels.includes('PUBLIC KEY')
        ? 'That is a public key; the private key is needed (-----BEGIN PRIVATE KEY-----).'
        : 'That is not the PEM of a private key; it must begin with -----BEGIN PRIVATE KEY-----.');
  }
  const der = decode(block[2]);
  return block[1] === 'PRIVATE KEY' ? der : Uint8Array.from(element(0x30, [...VERSION_AND_ALGORITHM, ...element(0x04, [...der])]));
}

/** @param {string} base64 */
function decode(base64) {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    throw new Error('The private key can\'t be read: its PEM is broken.');
  }
}

/**
 * @param {number} tag of DER
 * @param {number[]} content
 */
function element(tag, content) {
  const { length } = content;
  return [tag, ...(length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]), ...content];
}
