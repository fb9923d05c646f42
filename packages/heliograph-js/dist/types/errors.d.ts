/**
 * Codes that peers send each other, and those this module adds for what happens on its own side.
 * Codes of HTTP answers are the service's and pass through as they come.
 */
export const ErrorCode: {
    readonly DECODE_ERROR: "DECODE_ERROR";
    readonly VERIFICATION_ERROR: "VERIFICATION_ERROR";
    readonly CHANNEL_CLOSED: "CHANNEL_CLOSED";
    readonly CHANNEL_NOT_FOUND: "CHANNEL_NOT_FOUND";
    readonly NO_MORE_CHANNELS: "NO_MORE_CHANNELS";
    readonly ACCESS_DENIED: "ACCESS_DENIED";
    readonly INTERNAL_ERROR: "INTERNAL_ERROR";
    readonly NETWORK_ERROR: "NETWORK_ERROR";
    readonly TIMEOUT: "TIMEOUT";
    readonly BAD_RESPONSE: "BAD_RESPONSE";
    readonly CONNECTION_LOST: "CONNECTION_LOST";
    readonly DEVICE_OFFLINE: "DEVICE_OFFLINE";
    readonly TOKEN_UNAVAILABLE: "TOKEN_UNAVAILABLE";
};
/** Base of every error this module reports: `code` is for programs, `message` for people. */
export class HeliographError extends Error {
    /**
     * @param {string} code
     * @param {string} message
     * @param {ErrorOptions} [options]
     */
    constructor(code: string, message: string, options?: ErrorOptions);
    code: string;
}
/** The service answered an HTTP call with an error. */
export class HttpError extends HeliographError {
    /**
     * @param {number} status
     * @param {string} code
     * @param {string} message
     * @param {number} [retryAfterMs] what Retry-After asked for, where the answer had one
     */
    constructor(status: number, code: string, message: string, retryAfterMs?: number);
    status: number;
    retryAfterMs: number | undefined;
}
/** Ends a channel. `remote` tells whether the other peer said so, or this side found out. */
export class ChannelError extends HeliographError {
    /**
     * @param {string} code
     * @param {string} message
     * @param {boolean} [remote]
     */
    constructor(code: string, message: string, remote?: boolean);
    remote: boolean;
}
