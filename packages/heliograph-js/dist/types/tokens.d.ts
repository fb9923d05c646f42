/** Tokens a device shows for itself, signed with a key that is registered on the device. */
export class DeviceTokenGenerator extends TokenGenerator {
    /** @param {TokenOptions} options */
    constructor(options: TokenOptions);
}
/** Tokens that let a client reach one device, signed with a key that is registered on the product. */
export class ClientTokenGenerator extends TokenGenerator {
    /** @param {TokenOptions} options */
    constructor(options: TokenOptions);
}
export type TokenOptions = {
    productId: string;
    /**
     * the device that connects, or that the client may reach
     */
    deviceId: string;
    /**
     * the device's for its own token, the product's for a client's
     */
    keyPair: CryptoKeyPair;
    /**
     * space-separated
     */
    scope?: string | undefined;
    /**
     * 300 by default
     */
    lifetimeSeconds?: number | undefined;
    /**
     * milliseconds since 1970
     */
    now?: (() => number) | undefined;
};
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
declare class TokenGenerator {
    /**
     * @param {'device' | 'product'} keyPrefix
     * @param {string} defaultScope
     * @param {TokenOptions} options
     */
    constructor(keyPrefix: "device" | "product", defaultScope: string, options: TokenOptions);
    /** @returns {Promise<string>} */
    generate(): Promise<string>;
    #private;
}
export {};
