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
    set endpoint(value: any);
    /** Base URL of the service; by default the one that this module was loaded from. */
    get endpoint(): any;
    set product(value: any);
    get product(): any;
    set device(value: any);
    get device(): any;
    set secret(value: any);
    /** The secret that is shared with the device. */
    get secret(): any;
    set keyId(value: any);
    /** Tells the device which of its secrets is meant. */
    get keyId(): any;
    set token(value: import("../client.js").AccessToken | undefined);
    /**
     * The access token, or a function that gets one from the vendor's backend.
     * @type {import('../client.js').AccessToken | undefined}
     */
    get token(): import("../client.js").AccessToken | undefined;
    set iceTransportPolicy(value: any);
    /** `relay` sends the picture through a TURN server only. */
    get iceTransportPolicy(): any;
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
