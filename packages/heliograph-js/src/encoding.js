const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** @param {string} text */
export function toUtf8(text) {
  return encoder.encode(text);
}

/** @param {ArrayBuffer | Uint8Array} bytes */
export function toBase64(bytes) {
  // One character at a time: spreading a large array into a call overflows the stack.
  return btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''));
}

/** @param {ArrayBuffer | Uint8Array} bytes */
export function toBase64Url(bytes) {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * @param {string} text
 * @throws {Error} where the text is not base64url
 */
export function fromBase64Url(text) {
  if (!/^[\w-]*$/.test(text)) {
    throw new Error('not base64url');
  }
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

/** @param {object} value */
export function encodeJson(value) {
  return toBase64Url(toUtf8(JSON.stringify(value)));
}

/**
 * @param {string} text base64url of JSON
 * @throws {Error} where the text is not that
 */
export function decodeJson(text) {
  return JSON.parse(decoder.decode(fromBase64Url(text)));
}

/** @param {ArrayBuffer | Uint8Array} bytes */
export function toHex(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {number} byteCount */
export function randomText(byteCount) {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(byteCount)));
}
