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
export class NoneSigner implements Signer {
    /** @param {any} message */
    sign(message: any): Promise<{
        type: string;
        message: any;
    }>;
    /** @param {any} data */
    verify(data: any): Promise<any>;
}
/**
 * HS256 with a secret both peers know. Sequence numbers and a nonce of each side tie every message to its place in
 * this very session, so that none can be replayed, dropped or moved by whoever carries them.
 * @implements {Signer}
 */
export class SharedSecretSigner implements Signer {
    /**
     * @param {object} options
     * @param {(keyId: string | undefined) => string | undefined | Promise<string | undefined>} options.findSecret
     *   asked once, before the first signature: with this side's own key ID, or with the one in the other peer's first message
     * @param {string} [options.keyId] tells the other peer which of its secrets is meant
     * @param {string} [options.nonce] random by default
     */
    constructor({ findSecret, keyId, nonce }: {
        findSecret: (keyId: string | undefined) => string | undefined | Promise<string | undefined>;
        keyId?: string | undefined;
        nonce?: string | undefined;
    });
    /** @param {any} message */
    sign(message: any): Promise<{
        type: string;
        jwt: string;
    }>;
    /** @param {any} data */
    verify(data: any): Promise<any>;
    #private;
}
/**
 * Signs what is sent and verifies what is received on one channel, one message after the other.
 */
export type Signer = {
    sign: (message: any) => Promise<object>;
    /**
     * returns the message, or throws a ChannelError
     */
    verify: (data: any) => Promise<any>;
};
