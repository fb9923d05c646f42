/** @param {string} text */
export function toUtf8(text: string): Uint8Array<ArrayBuffer>;
/** @param {ArrayBuffer | Uint8Array} bytes */
export function toBase64(bytes: ArrayBuffer | Uint8Array): string;
/** @param {ArrayBuffer | Uint8Array} bytes */
export function toBase64Url(bytes: ArrayBuffer | Uint8Array): string;
/**
 * @param {string} text
 * @throws {Error} where the text is not base64url
 */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer>;
/** @param {object} value */
export function encodeJson(value: object): string;
/**
 * @param {string} text base64url of JSON
 * @throws {Error} where the text is not that
 */
export function decodeJson(text: string): any;
/** @param {ArrayBuffer | Uint8Array} bytes */
export function toHex(bytes: ArrayBuffer | Uint8Array): string;
/** @param {number} byteCount */
export function randomText(byteCount: number): string;
