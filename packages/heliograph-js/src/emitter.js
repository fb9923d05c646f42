/**
 * Typed events in a few lines: the same in browsers, workers and Node.
 * @template {Record<string, any>} [Events=Record<string, any>] what each event brings
 */
export class Emitter {
  /** @type {Map<keyof Events, Set<(detail: any) => void>>} */
  #listeners = new Map();

  /**
   * @template {keyof Events} Type
   * @param {Type} type
   * @param {(detail: Events[Type]) => void} listener
   * @returns {() => void} stops listening
   */
  on(type, listener) {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * @protected
   * @template {keyof Events} Type
   * @param {Type} type
   * @param {Events[Type]} [detail]
   */
  emit(type, detail) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        // A listener's mistake is reported, but must not leave a state machine half way.
        queueMicrotask(() => { throw error; });
      }
    }
  }
}
