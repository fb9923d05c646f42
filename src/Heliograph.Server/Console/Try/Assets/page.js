import { rememberRole } from './memory.js';

const $ = (selector) => document.querySelector(selector);

/** @type {{start: () => void, close: () => void} | null} */
let session = null;

/** @param {'home' | 'camera' | 'viewer'} page */
export function showPage(page) {
  document.body.dataset.page = page;
  $('#home').hidden = page !== 'home';
  $('#stage').hidden = page === 'home';
  window.scrollTo(0, 0);
}

/**
 * @param {'Camera' | 'Viewer'} role
 * @param {{productId: string, deviceId: string}} device
 */
export function showStage(role, { productId, deviceId }) {
  $('#stage-role').textContent = role;
  $('#stage-title').textContent = deviceId;
  $('#stage-product').textContent = productId;
  document.title = `${role} ${deviceId}`;
  showPage(role === 'Camera' ? 'camera' : 'viewer');
  $('#stage-title').focus({ preventScroll: true });
}

export function showHomeError(text = '') {
  $('#home-error').textContent = text;
  $('#home-error').hidden = !text;
}

/** @param {{start: () => void, close: () => void}} started what this tab does from now on */
export function run(started) {
  session = started;
  session.start();
}

export function endSession() {
  session?.close();
  session = null;
}

/** @returns {boolean} whether browsers allow here what the page needs; if not, it says so */
export function isAllowed() {
  if (!window.isSecureContext) {
    showPage('home');
    showHomeError('Browsers allow keys and cameras on secure pages only: open this page by https, or as localhost on the machine itself.');
  }
  return window.isSecureContext;
}

/** @param {() => Promise<void> | void} tidyUp what a stop does besides */
export function listenToStage(tidyUp = () => {}) {
  $('#try-again').addEventListener('click', () => location.reload());
  $('#copy-link').addEventListener('click', async () => {
    await navigator.clipboard.writeText($('#viewer-link').href);
    $('#copy-link').textContent = 'Copied';
    setTimeout(() => { $('#copy-link').textContent = 'Copy link'; }, 2000);
  });
  $('#stop').addEventListener('click', async () => {
    endSession();
    // What fails here is offered again on the first page: the camera is not forgotten then.
    await Promise.resolve(tidyUp()).catch(() => {});
    // A viewer's IDs stay in the address bar, and with them in the form.
    rememberRole(null);
    location.reload();
  });
  // The other side learns at once that this one is gone, rather than by a time-out.
  window.addEventListener('pagehide', () => session?.close());
  window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
}
