export { connect } from './connect.js';
export { DeviceSession, SessionState } from './session/session.js';
export { MediaPath } from './session/path.js';
export { SignalingDevice } from './device.js';
export { SignalingClient } from './client.js';
export { SignalingChannel, ChannelState } from './channel.js';
export { ConnectionState } from './connection.js';
export { MessageTransport } from './transport.js';
export { PerfectNegotiation } from './negotiation.js';
export { DeviceTokenGenerator, ClientTokenGenerator } from './tokens.js';
export { generateKeyPair, exportPublicKeyPem, publicKeyFingerprint } from './keys.js';
export { HeliographError, HttpError, ChannelError, ErrorCode } from './errors.js';

/**
 * @typedef {import('./session/session.js').ConnectOptions} ConnectOptions
 * @typedef {import('./transport.js').Security} Security
 * @typedef {import('./client.js').AccessToken} AccessToken
 * @typedef {import('./environment.js').TraceEntry} TraceEntry
 * @typedef {import('./environment.js').Environment} Environment
 */
