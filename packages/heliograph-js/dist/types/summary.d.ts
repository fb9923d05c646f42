/**
 * Says in a few words what a message is about, without its content.
 * @param {any} message of the WebRTC signaling layer
 */
export function summarize(message: any): string;
/**
 * What goes into the trace for a message of the reliability layer.
 * @param {any} message
 */
export function summarizeReliability(message: any): string;
