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
    this.#transmit(message);
  }

  resend() {
    this.#unacked.forEach((message) => this.#transmit(message));
  }

  /**
   * Acknowledges once more what was received last. The other peer ignores it, unless it has restarted: then it answers that it does
   * not know the channel, which nobody would learn while there is nothing to resend.
   */
  acknowledgeAgain() {
    if (this.#nextExpected > 0) {
      this.#transmit({ type: 'ACK', seq: this.#nextExpected - 1 });
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
