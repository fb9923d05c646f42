/**
 * Typed events in a few lines: the same in browsers, workers and Node.
 * @template {Record<string, any>} [Events=Record<string, any>] what each event brings
 */
export class Emitter<Events extends Record<string, any> = Record<string, any>> {
    /**
     * @template {keyof Events} Type
     * @param {Type} type
     * @param {(detail: Events[Type]) => void} listener
     * @returns {() => void} stops listening
     */
    on<Type extends keyof Events>(type: Type, listener: (detail: Events[Type]) => void): () => void;
    /**
     * @protected
     * @template {keyof Events} Type
     * @param {Type} type
     * @param {Events[Type]} [detail]
     */
    protected emit<Type extends keyof Events>(type: Type, detail?: Events[Type]): void;
    #private;
}
