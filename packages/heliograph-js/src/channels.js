import { ChannelState } from './channel.js';
import { ErrorCode, HeliographError } from './errors.js';

/** Probing costs a frame for each channel, so a flood of new clients must not set off one after the other. */
const PROBE_INTERVAL_MS = 10_000;

/**
 * A device's channels, of which there can be only so many. A client that just leaves tells nobody; so when the table is full, the client
 * that is known to be gone for longest makes room; where there is none, all are asked whether they are still there.
 */
export class ChannelTable {
  #capacity;
  #now;
  /** @type {Map<string, import('./channel.js').SignalingChannel>} */
  #channels = new Map();
  /**
   * Those whose client is gone, in the order in which they left.
   * @type {Set<import('./channel.js').SignalingChannel>}
   */
  #gone = new Set();
  #nextProbe = -Infinity;

  /**
   * @param {number} capacity
   * @param {() => number} now milliseconds
   */
  constructor(capacity, now) {
    this.#capacity = capacity;
    this.#now = now;
  }

  get all() {
    return [...this.#channels.values()];
  }

  /** @param {string} id */
  get(id) {
    return this.#channels.get(id);
  }

  /** @param {import('./channel.js').SignalingChannel} channel stays until it ends */
  add(channel) {
    this.#channels.set(channel.id, channel);
    channel.on('statechange', (state) => {
      this.#gone.delete(channel);
      if (channel.isEnded) {
        this.#channels.delete(channel.id);
      } else if (state === ChannelState.DISCONNECTED) {
        this.#gone.add(channel);
      }
    });
  }

  /** Whether there is room for one more, made where need be. */
  hasRoom() {
    if (this.#channels.size >= this.#capacity) {
      // One only: the others may yet come back.
      const [gone] = this.#gone;
      gone?.abandon(new HeliographError(ErrorCode.CONNECTION_LOST, 'The client has gone, and another one needed the room.'));
    }
    if (this.#channels.size < this.#capacity) {
      return true;
    }
    if (this.#now() >= this.#nextProbe) {
      this.#nextProbe = this.#now() + PROBE_INTERVAL_MS;
      this.all.forEach((channel) => channel.probe());
    }
    return false;
  }
}
