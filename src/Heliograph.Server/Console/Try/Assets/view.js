// The viewer's page: for people with a link, who are not signed in.
import { prepareForms, watchRequest } from './forms.js';
import { recallRole, showTarget, takeTarget } from './memory.js';
import { isAllowed, listenToStage, showPage } from './page.js';
import { startViewer } from './watch.js';

const $ = (selector) => document.querySelector(selector);

/** @returns {import('./attempt.js').Target} */
function request() {
  return {
    productId: $('#product-id').value.trim().toLowerCase(),
    deviceId: $('#device-id').value.trim().toLowerCase(),
    ...watchRequest(),
  };
}

/**
 * Fills in what a link brought, and what this tab knew of the same device before.
 * @param {import('./attempt.js').Target} target
 * @param {import('./memory.js').Role | null} role
 * @returns {boolean} whether that is enough to start
 */
function fill(target, role) {
  const known = role?.role === 'viewer' && role.target.deviceId === target.deviceId && role.target.productId === target.productId;
  const isBare = target.security === 'secret' && !target.secret;
  const { productId, deviceId, security, secret, token } = known && isBare ? role.target : target;
  $('#product-id').value = productId;
  $('#device-id').value = deviceId;
  $('#shared-secret').value = secret;
  $('#client-token').value = token;
  $(`#viewer-form [name=security][value=${security}]`).checked = true;
  $(`#viewer-form [name=token][value=${token ? 'given' : 'none'}]`).checked = true;
  prepareForms();
  return $('#viewer-form').checkValidity();
}

function start(target) {
  showTarget(target);
  startViewer(target);
}

$('#service').textContent = location.host;
const target = takeTarget();
if (isAllowed()) {
  prepareForms();
  listenToStage();
  $('#viewer-form').addEventListener('submit', (event) => {
    event.preventDefault();
    start(request());
  });
  window.addEventListener('hashchange', () => location.reload());
  const role = recallRole();
  if (target && fill(target, role)) {
    start(request());
  } else if (!target && role?.role === 'viewer') {
    start(role.target);
  } else {
    showPage('home');
  }
}
