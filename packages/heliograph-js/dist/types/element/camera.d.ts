/**
 * `<heliograph-camera product="wp-…" device="wd-…" secret="…">` plays a device's video and says what it is doing.
 * Events: `statechange`, when `state`, `path` or `error` have changed.
 */
export class HeliographCamera extends HTMLElement {
    static observedAttributes: string[];
    /** The video element: for its volume, full screen and the like. */
    get video(): HTMLVideoElement;
    /** The session behind the picture; null while there is none. A new one after each change of the settings. */
    get session(): import("../session/session.js").DeviceSession | null;
    /** One of SessionState; CLOSED while the element is not in a document. */
    get state(): string;
    /** One of MediaPath, or null. */
    get path(): string | null;
    /** Why there is no picture, or null. */
    get error(): Error | null;
    set endpoint(value: string | undefined);
    /**
     * Base URL of the service; by default the one that this module was loaded from.
     * @type {string | undefined}
     */
    get endpoint(): string | undefined;
    set product(value: string | undefined);
    /** @type {string | undefined} */
    get product(): string | undefined;
    set device(value: string | undefined);
    /** @type {string | undefined} */
    get device(): string | undefined;
    set secret(value: string | undefined);
    /**
     * The secret that is shared with the device.
     * @type {string | undefined}
     */
    get secret(): string | undefined;
    set keyId(value: string | undefined);
    /**
     * Tells the device which of its secrets is meant.
     * @type {string | undefined}
     */
    get keyId(): string | undefined;
    set token(value: import("../client.js").AccessToken | undefined);
    /**
     * The access token, or a function that gets one from the vendor's backend.
     * @type {import('../client.js').AccessToken | undefined}
     */
    get token(): import("../client.js").AccessToken | undefined;
    set iceTransportPolicy(value: RTCIceTransportPolicy | undefined);
    /**
     * `relay` sends the picture through a TURN server only.
     * @type {RTCIceTransportPolicy | undefined}
     */
    get iceTransportPolicy(): RTCIceTransportPolicy | undefined;
    set muted(value: boolean);
    get muted(): boolean;
    connectedCallback(): void;
    disconnectedCallback(): void;
    /**
     * @param {string} name
     * @param {string | null} before
     * @param {string | null} value
     */
    attributeChangedCallback(name: string, before: string | null, value: string | null): void;
    /** Begins anew, after a change that the element cannot know of. */
    reconnect(): void;
    #private;
}
