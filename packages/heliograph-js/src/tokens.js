import { encodeJson, toBase64Url, toUtf8 } from './encoding.js';
import { publicKeyFingerprint } from './keys.js';

const DEFAULT_LIFETIME_SECONDS = 300;

/**
 * @typedef {object} TokenOptions
 * @property {string} productId
 * @property {string} deviceId the device that connects, or that the client may reach
 * @property {CryptoKeyPair} keyPair the device's for its own token, the product's for a client's
 * @property {string} [scope] space-separated
 * @property {number} [lifetimeSeconds] 300 by default
 * @property {() => number} [now] milliseconds since 1970
 */

/** Makes ES256 tokens, a new one for every call. */
class TokenGenerator {
  #keyPrefix;
  #scope;
  #options;

  /**
   * @param {'device' | 'product'} keyPrefix
   * @param {string} defaultScope
   * @param {TokenOptions} options
   */
  constructor(keyPrefix, defaultScope, options) {
    this.#keyPrefix = keyPrefix;
    this.#scope = options.scope ?? defaultScope;
    this.#options = options;
  }

  /** @returns {Promise<string>} */
  async generate() {
    const { productId, deviceId, keyPair, lifetimeSeconds = DEFAULT_LIFETIME_SECONDS, now = Date.now } = this.#options;
    const issuedAt = Math.floor(now() / 1000);
    const header = { alg: 'ES256', typ: 'JWT', kid: `${this.#keyPrefix}:${await publicKeyFingerprint(keyPair.publicKey)}` };
    const claims = {
      scope: this.#scope,
      resource: `urn:nabto:webrtc:${productId.toLowerCase()}:${deviceId.toLowerCase()}`,
      iat: issuedAt,
      exp: issuedAt + lifetimeSeconds,
    };
    const signed = `${encodeJson(header)}.${encodeJson(claims)}`;
    // WebCrypto's ECDSA signatures are the raw r‖s that JWS wants.
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keyPair.privateKey, toUtf8(signed));
    return `${signed}.${toBase64Url(signature)}`;
  }
}

/** Tokens a device shows for itself, signed with a key that is registered on the device. */
export class DeviceTokenGenerator extends TokenGenerator {
  /** @param {TokenOptions} options */
  constructor(options) {
    super('device', 'device:connect turn', options);
  }
}

/** Tokens that let a client reach one device, signed with a key that is registered on the product. */
export class ClientTokenGenerator extends TokenGenerator {
  /** @param {TokenOptions} options */
  constructor(options) {
    super('product', 'client:connect turn', options);
  }
}
