/** What went wrong, for a person. Keys are codes of the service, of the peers and of the module. */
const WORDS = {
  NETWORK_ERROR: 'The service cannot be reached. Is it running?',
  TIMEOUT: 'The service does not answer.',
  CONNECTION_LOST: 'The connection to the service was lost.',
  BAD_RESPONSE: 'The answer did not come from a signaling service. Is a proxy in the way?',
  UNAUTHORIZED: 'The service did not accept the token. It may have expired, its key may have been removed, or this machine\'s clock may be wrong.',
  PRODUCT_ID_NOT_FOUND: 'The service knows no product with this ID.',
  DEVICE_ID_NOT_FOUND: 'The service knows no device with this ID in this product.',
  TOO_MANY_REQUESTS: 'The service asks for patience: too many requests.',
  UNAVAILABLE: 'The service is not ready. It may be starting or shutting down.',
  VERIFICATION_ERROR: 'The camera did not accept the signature. Check that the shared secret is the same on both sides.',
  DECODE_ERROR: 'The other side could not be understood.',
  CHANNEL_CLOSED: 'The camera ended the session.',
  CHANNEL_NOT_FOUND: 'The camera has started afresh.',
  NO_MORE_CHANNELS: 'The camera has as many viewers as it can take.',
  INTERNAL_ERROR: 'Something failed unexpectedly.',
};

const CAMERA_WORDS = {
  NotAllowedError: 'The browser was not allowed to use the camera. Allow it in the address bar, or choose the clock.',
  NotFoundError: 'This device has no camera. Choose the clock instead.',
  NotReadableError: 'The camera is in use by another program.',
};

/**
 * @param {any} error
 * @returns {string}
 */
export function explain(error) {
  if (error?.code === 'ACCESS_DENIED') {
    return error.remote
      ? 'The camera lets in only viewers with a valid client token.'
      : 'The token is genuine, but is not for this device.';
  }
  return WORDS[error?.code] ?? CAMERA_WORDS[error?.name] ?? error?.message ?? WORDS.INTERNAL_ERROR;
}
