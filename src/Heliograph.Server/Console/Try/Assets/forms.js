const $ = (selector) => document.querySelector(selector);

/** Which choice a field that may be hidden belongs to, by what it is for. */
const CHOICES = { secret: ['security', 'access'], given: ['token'], key: ['key'] };

/** Shows what the choices made so far ask for. */
export function prepareForms() {
  for (const form of document.querySelectorAll('#camera-form, #viewer-form')) {
    form.addEventListener('change', () => showWhatApplies(form));
    showWhatApplies(form);
  }
}

/** Groups of letters and digits that can be read out and typed, without those that look alike: 80 bits. */
export function generateSecret() {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const text = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => letters[byte % 32]).join('');
  return text.match(/.{4}/g).join('-');
}

/** @param {HTMLFormElement} form */
function showWhatApplies(form) {
  const chosen = new FormData(form);
  for (const field of form.querySelectorAll('[data-for]')) {
    const wanted = field.dataset.for === 'secret' ? 'secret' : 'given';
    const applies = CHOICES[field.dataset.for].some((name) => chosen.get(name) === wanted);
    field.hidden = !applies;
    field.querySelector('input, textarea').required = applies;
  }
}

/** @returns {{privateKey: string, source: string, access: string, secret: string}} */
export function cameraRequest() {
  const form = new FormData($('#camera-form'));
  return {
    privateKey: form.get('key') === 'given' ? $('#private-key').value : '',
    source: form.get('source'),
    access: form.get('access'),
    secret: $('#camera-secret').value,
  };
}

/** @returns {{security: 'secret' | 'none', secret: string, token: string, tokenFrom: string}} */
export function watchRequest() {
  const form = new FormData($('#viewer-form'));
  const [security, tokenFrom] = [form.get('security'), form.get('token')];
  return {
    security,
    secret: security === 'secret' ? $('#shared-secret').value : '',
    token: tokenFrom === 'given' ? $('#client-token').value.trim() : '',
    tokenFrom,
  };
}
