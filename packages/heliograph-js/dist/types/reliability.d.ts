/**
 * Whether a message may open a channel that the device does not know.
 * @param {any} message
 */
export function isFirstMessage(message: any): boolean;
/**
 * The reliability layer of one channel: what is sent arrives once and in order, however often the sockets below break.
 * It holds no timer. Whoever owns it calls {@link Reliability.resend} when the connection opens and when the other peer connects.
 */
export class Reliability {
    /**
     * @param {object} options
     * @param {(message: object) => void} options.transmit hands a message to the routing layer, which may lose it
     * @param {(data: any) => void} options.deliver
     */
    constructor({ transmit, deliver }: {
        transmit: (message: object) => void;
        deliver: (data: any) => void;
    });
    /** How many messages the other peer has not acknowledged. */
    get pending(): number;
    /** @param {any} data */
    send(data: any): void;
    resend(): void;
    /**
     * Says again what the other peer knows already, which ignores it: the last acknowledgment, or what was sent last where nothing has come
     * yet. One that has restarted answers that it does not know the channel, or takes a first message as such; where it is gone, the service
     * says so. Nobody would learn of either while there is nothing to resend.
     */
    probe(): void;
    /** @param {any} message as it came from the other peer: anything may be in it */
    receive(message: any): void;
    #private;
}
