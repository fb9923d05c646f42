const $ = (selector) => document.querySelector(selector);

/** @param {string} apiKey */
export function prepareForms(apiKey) {
  $('#api-key').value = apiKey;
  $('#camera-secret').value = generateSecret();
  for (const form of document.forms) {
    form.addEventListener('change', () => showWhatApplies(form));
    showWhatApplies(form);
  }
}

/** Groups of letters and digits that can be read out and typed, without those that look alike: 80 bits. */
function generateSecret() {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const text = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => letters[byte % 32]).join('');
  return text.match(/.{4}/g).join('-');
}

/** @param {HTMLFormElement} form */
function showWhatApplies(form) {
  const usesSecret = new FormData(form).get(form.id === 'camera-form' ? 'access' : 'security') === 'secret';
  const field = form.querySelector('[data-for=secret]');
  field.hidden = !usesSecret;
  field.querySelector('input').required = usesSecret;
}

/** @returns {{apiKey: string, source: string, access: string, secret: string}} */
export function cameraRequest() {
  const form = new FormData($('#camera-form'));
  return {
    apiKey: $('#api-key').value.trim(),
    source: form.get('source'),
    access: form.get('access'),
    secret: $('#camera-secret').value,
  };
}

/** @returns {import('./attempt.js').Target} */
export function viewerRequest() {
  const security = new FormData($('#viewer-form')).get('security');
  return {
    productId: $('#product-id').value.trim().toLowerCase(),
    deviceId: $('#device-id').value.trim().toLowerCase(),
    security,
    secret: security === 'secret' ? $('#shared-secret').value : '',
    token: $('#client-token').value.trim(),
  };
}

/**
 * Fills in what a link brought, and what this tab knew of the same device before.
 * @param {import('./attempt.js').Target} target
 * @param {import('./memory.js').Role | null} role
 * @returns {boolean} whether that is enough to start
 */
export function fillViewerForm(target, role) {
  const known = role?.role === 'viewer' && role.target.deviceId === target.deviceId && role.target.productId === target.productId;
  const isBare = target.security === 'secret' && !target.secret;
  const { productId, deviceId, security, secret, token } = known && isBare ? role.target : target;
  $('#product-id').value = productId;
  $('#device-id').value = deviceId;
  $('#shared-secret').value = secret;
  $('#client-token').value = token;
  $(`#viewer-form [value=${security}]`).checked = true;
  showWhatApplies($('#viewer-form'));
  return $('#viewer-form').checkValidity();
}
