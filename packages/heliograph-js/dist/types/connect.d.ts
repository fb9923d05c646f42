/**
 * Connects to a device and stays connected: signaling, setup, ICE servers and a peer connection, begun anew whenever that helps.
 * @param {import('./session/session.js').ConnectOptions} options
 * @throws {TypeError} where the options cannot work
 */
export function connect(options: import("./session/session.js").ConnectOptions): DeviceSession;
import { DeviceSession } from './session/session.js';
