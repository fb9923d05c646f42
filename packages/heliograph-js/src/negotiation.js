import { Emitter } from './emitter.js';

/**
 * WebRTC's perfect negotiation over a message transport. The device is the polite peer.
 * Events: `error` (what the browser made of a message it could not use).
 * @extends {Emitter<{error: unknown}>}
 */
export class PerfectNegotiation extends Emitter {
  #peerConnection;
  #transport;
  #polite;
  #makingOffer = false;
  #ignoringOffer = false;
  #work = Promise.resolve();
  #stop;

  /**
   * @param {object} options
   * @param {RTCPeerConnection} options.peerConnection
   * @param {import('./transport.js').MessageTransport} options.transport
   * @param {boolean} options.polite true on the device, false on the client
   */
  constructor({ peerConnection, transport, polite }) {
    super();
    this.#peerConnection = peerConnection;
    this.#transport = transport;
    this.#polite = polite;

    const onNegotiationNeeded = () => this.#guard(() => this.#offer());
    const onIceCandidate = (/** @type {any} */ { candidate }) => {
      // The end of candidates is not sent: not every peer can read it, and none needs it.
      if (candidate?.candidate) {
        this.#guard(() => transport.send({ type: 'CANDIDATE', candidate: candidate.toJSON() }));
      }
    };
    const end = new AbortController();
    peerConnection.addEventListener('negotiationneeded', onNegotiationNeeded, end);
    peerConnection.addEventListener('icecandidate', onIceCandidate, end);
    const stopMessages = transport.on('message', (message) => this.#enqueue(message));
    this.#stop = () => {
      end.abort();
      stopMessages();
    };
  }

  /** Stops negotiating. The peer connection stays as it is. */
  close() {
    this.#stop();
  }

  async #offer() {
    this.#makingOffer = true;
    try {
      await this.#peerConnection.setLocalDescription();
      await this.#sendDescription();
    } finally {
      this.#makingOffer = false;
    }
  }

  /** @param {any} message */
  #enqueue(message) {
    if (message?.type === 'DESCRIPTION') {
      this.#work = this.#work.then(() => this.#guard(() => this.#receiveDescription(message.description)));
    } else if (message?.type === 'CANDIDATE') {
      this.#work = this.#work.then(() => this.#guard(() => this.#receiveCandidate(message.candidate)));
    }
  }

  /** @param {RTCSessionDescriptionInit} description */
  async #receiveDescription(description) {
    const peerConnection = this.#peerConnection;
    // Messages are worked on one at a time, so an answer is never half applied here.
    const collision = description.type === 'offer' && (this.#makingOffer || peerConnection.signalingState !== 'stable');
    this.#ignoringOffer = collision && !this.#polite;
    if (this.#ignoringOffer) {
      return;
    }
    await peerConnection.setRemoteDescription(description);
    if (description.type === 'offer') {
      await peerConnection.setLocalDescription();
      await this.#sendDescription();
    }
  }

  /** @param {RTCIceCandidateInit} candidate */
  async #receiveCandidate(candidate) {
    try {
      await this.#peerConnection.addIceCandidate(candidate);
    } catch (error) {
      // Candidates of an offer that was turned down fit nothing here.
      if (!this.#ignoringOffer) {
        throw error;
      }
    }
  }

  async #sendDescription() {
    const description = this.#peerConnection.localDescription;
    if (description) {
      await this.#transport.send({ type: 'DESCRIPTION', description: { type: description.type, sdp: description.sdp } });
    }
  }

  /** @param {() => Promise<void>} work */
  async #guard(work) {
    try {
      await work();
    } catch (error) {
      this.emit('error', error);
    }
  }
}
