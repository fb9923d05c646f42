import { decodeJson, encodeJson, fromBase64Url, randomText, toBase64Url, toUtf8 } from './encoding.js';
import { ChannelError, ErrorCode } from './errors.js';

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/**
 * Signs what is sent and verifies what is received on one channel, one message after the other.
 * @typedef {object} Signer
 * @property {(message: any) => Promise<object>} sign
 * @property {(data: any) => Promise<any>} verify returns the message, or throws a ChannelError
 */

/**
 * No signatures: for channels that the service has authorized, or where anyone may come in.
 * @implements {Signer}
 */
export class NoneSigner {
  /** @param {any} message */
  async sign(message) {
    return { type: 'NONE', message };
  }

  /** @param {any} data */
  async verify(data) {
    requireType(data, 'NONE');
    if (data.message === undefined) {
      throw unreadable();
    }
    return data.message;
  }
}

/**
 * HS256 with a secret both peers know. Sequence numbers and a nonce of each side tie every message to its place in
 * this very session, so that none can be replayed, dropped or moved by whoever carries them.
 * @implements {Signer}
 */
export class SharedSecretSigner {
  #findSecret;
  #keyId;
  #nonce;
  /** @type {string | undefined} */
  #peerNonce;
  #nextToSign = 0;
  #nextExpected = 0;
  /** @type {CryptoKey | undefined} */
  #key;

  /**
   * @param {object} options
   * @param {(keyId: string | undefined) => string | undefined | Promise<string | undefined>} options.findSecret
   *   asked once, before the first signature: with this side's own key ID, or with the one in the other peer's first message
   * @param {string} [options.keyId] tells the other peer which of its secrets is meant
   * @param {string} [options.nonce] random by default
   */
  constructor({ findSecret, keyId, nonce = randomText(16) }) {
    this.#findSecret = findSecret;
    this.#keyId = keyId;
    this.#nonce = nonce;
  }

  /** @param {any} message */
  async sign(message) {
    if (this.#nextToSign > 0 && this.#peerNonce === undefined) {
      throw new Error('A second message can be signed only after the other peer\'s first.');
    }
    const claims = {
      message,
      messageSeq: this.#nextToSign++,
      signerNonce: this.#nonce,
      ...(this.#peerNonce !== undefined && { verifierNonce: this.#peerNonce }),
    };
    const header = { alg: 'HS256', typ: 'JWT', ...(this.#keyId !== undefined && { kid: this.#keyId }) };
    const signed = `${encodeJson(header)}.${encodeJson(claims)}`;
    const signature = await crypto.subtle.sign(HMAC, await this.#getKey(this.#keyId), toUtf8(signed));
    return { type: 'JWT', jwt: `${signed}.${toBase64Url(signature)}` };
  }

  /** @param {any} data */
  async verify(data) {
    requireType(data, 'JWT');
    const { header, claims, signature, signed } = readJwt(data.jwt);
    if (header.alg !== 'HS256') {
      throw rejected('The message is signed with another algorithm.');
    }
    const key = await this.#getKey(this.#keyId ?? (typeof header.kid === 'string' ? header.kid : undefined));
    if (!await crypto.subtle.verify(HMAC, key, signature, toUtf8(signed))) {
      throw rejected('The signature is wrong: the peers do not share the same secret.');
    }
    this.#checkPlace(claims);
    return claims.message;
  }

  /** @param {any} claims */
  #checkPlace({ message, messageSeq, signerNonce, verifierNonce }) {
    if (message === undefined || !Number.isSafeInteger(messageSeq) || typeof signerNonce !== 'string' || !signerNonce) {
      throw unreadable();
    }
    if (messageSeq !== this.#nextExpected) {
      throw rejected('The message is not the next one of this session.');
    }
    // Its own nonce as the other's means that a message of this side was sent back to it.
    if (signerNonce === this.#nonce || (this.#peerNonce !== undefined && signerNonce !== this.#peerNonce)) {
      throw rejected('The message is of another session.');
    }
    // A first message can do without, if its sender had heard nothing yet; but it must not answer someone else.
    if (verifierNonce !== this.#nonce && (messageSeq > 0 || verifierNonce)) {
      throw rejected('The message answers another session.');
    }
    this.#peerNonce = signerNonce;
    this.#nextExpected++;
  }

  /** @param {string | undefined} keyId */
  async #getKey(keyId) {
    if (!this.#key) {
      const secret = await this.#findSecret(keyId);
      if (!secret) {
        throw rejected('There is no secret for this key ID.');
      }
      this.#key = await crypto.subtle.importKey('raw', toUtf8(secret), HMAC, false, ['sign', 'verify']);
    }
    return this.#key;
  }
}

/** @param {any} jwt */
function readJwt(jwt) {
  try {
    const [header, claims, signature, ...rest] = jwt.split('.');
    const parts = { header: decodeJson(header), claims: decodeJson(claims), signature: fromBase64Url(signature) };
    if (rest.length === 0 && isObject(parts.header) && isObject(parts.claims)) {
      return { ...parts, signed: `${header}.${claims}` };
    }
  } catch {
    // Reported below, like everything else that is no JWT.
  }
  throw unreadable();
}

/**
 * @param {any} data
 * @param {string} type
 */
function requireType(data, type) {
  if (typeof data?.type !== 'string') {
    throw unreadable();
  }
  if (data.type !== type) {
    throw rejected(`The message is not signed as ${type}.`);
  }
}

/** @param {any} value */
function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function unreadable() {
  return new ChannelError(ErrorCode.DECODE_ERROR, 'The message cannot be read.');
}

/** @param {string} message */
function rejected(message) {
  return new ChannelError(ErrorCode.VERIFICATION_ERROR, message);
}
