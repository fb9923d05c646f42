export { SignalingDevice } from './device.js';
export { SignalingClient } from './client.js';
export { SignalingChannel, ChannelState } from './channel.js';
export { ConnectionState } from './connection.js';
export { MessageTransport } from './transport.js';
export { PerfectNegotiation } from './negotiation.js';
export { DeviceTokenGenerator, ClientTokenGenerator } from './tokens.js';
export { generateKeyPair, exportPublicKeyPem, publicKeyFingerprint } from './keys.js';
export { HeliographError, HttpError, ChannelError, ErrorCode } from './errors.js';
