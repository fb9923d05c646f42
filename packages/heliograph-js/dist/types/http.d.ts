/** The service's three HTTP calls, for one device. */
export class HttpApi {
    /**
     * @param {object} options
     * @param {string} options.endpointUrl base URL of the service
     * @param {string} options.productId
     * @param {string} options.deviceId
     * @param {import('./environment.js').Environment} options.environment
     * @param {(entry: Omit<import('./environment.js').TraceEntry, 'time'>) => void} options.trace
     */
    constructor({ endpointUrl, productId, deviceId, environment, trace }: {
        endpointUrl: string;
        productId: string;
        deviceId: string;
        environment: import("./environment.js").Environment;
        trace: (entry: Omit<import("./environment.js").TraceEntry, "time">) => void;
    });
    /**
     * @param {string} token
     * @returns {Promise<{signalingUrl: string}>}
     */
    connectDevice(token: string): Promise<{
        signalingUrl: string;
    }>;
    /**
     * @param {string} [token]
     * @returns {Promise<{signalingUrl: string, deviceOnline: boolean, channelId: string}>}
     */
    connectClient(token?: string): Promise<{
        signalingUrl: string;
        deviceOnline: boolean;
        channelId: string;
    }>;
    /**
     * @param {string} [token]
     * @returns {Promise<RTCIceServer[]>}
     */
    iceServers(token?: string): Promise<RTCIceServer[]>;
    #private;
}
