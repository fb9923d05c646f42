/**
 * The reliability layer of one channel: what is sent arrives once and in order, however often the sockets below break.
 * It holds no timer. Whoever owns it calls {@link Reliability.resend} when the connection opens and when the other peer connects.
 */
export class Reliability {
  #transmit;
  #deliver;
  #nextToSend = 0;
  #nextExpected = 0;
  /** @type {{type: 'DATA', seq: number, data: any}[]} */
  #unacked = [];
  /** @type {object | undefined} */
  #lastSent;

  /**
   * @param {object} options
   * @param {(message: object) => void} options.transmit hands a message to the routing layer, which may lose it
   * @param {(data: any) => void} options.deliver
   */
  constructor({ transmit, deliver }) {
    this.#transmit = transmit;
    this.#deliver = deliver;
  }

  /** How many messages the other peer has not acknowledged. */
  get pending() {
    return this.#unacked.length;
  }

  /** @param {any} data */
  send(data) {
    const message = { type: /** @type {const} */ ('DATA'), seq: this.#nextToSend++, data };
    this.#unacked.push(message);
    this.#lastSent = message;
    this.#transmit(message);
  }

  resend() {
    this.#unacked.forEach((message) => this.#transmit(message));
  }

  /**
   * Says again what the other peer knows already, which ignores it: the last acknowledgment, or what was sent last where nothing has come
   * yet. One that has restarted answers that it does not know the channel, or takes a first message as such; where it is gone, the service
   * says so. Nobody would learn of either while there is nothing to resend.
   */
  probe() {
    if (this.#nextExpected > 0) {
      this.#transmit({ type: 'ACK', seq: this.#nextExpected - 1 });
    } else if (this.#lastSent && this.#unacked.length === 0) {
      this.#transmit(this.#lastSent);
    }
  }

  /** @param {any} message as it came from the other peer: anything may be in it */
  receive(message) {
    if (!Number.isSafeInteger(message?.seq)) {
      return;
    }
    if (message.type === 'DATA') {
      this.#receiveData(message);
    } else if (message.type === 'ACK' && message.seq === this.#unacked[0]?.seq) {
      this.#unacked.shift();
    }
  }

  /** @param {{seq: number, data: any}} message */
  #receiveData({ seq, data }) {
    if (seq > this.#nextExpected) {
      // Something before it is missing. With no ack the sender keeps both, and resends them in order.
      return;
    }
    const isNew = seq === this.#nextExpected;
    if (isNew) {
      this.#nextExpected++;
    }
    // The ack goes first: what the message sets off may end the channel.
    this.#transmit({ type: 'ACK', seq });
    if (isNew) {
      this.#deliver(data);
    }
  }
}

/**
 * Whether a message may open a channel that the device does not know.
 * @param {any} message
 */
export function isFirstMessage(message) {
  return message?.type === 'DATA' && message.seq === 0;
}
