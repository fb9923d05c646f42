import { ClientTokenGenerator } from '/sdk/index.js';
import { CameraSession } from './camera.js';
import { cameraRequest, fillViewerForm, prepareForms, viewerRequest } from './forms.js';
import { claimCamera, findCamera, findIdleCamera, forgetCamera, saveCamera } from './identity.js';
import { recallApiKey, recallRole, rememberApiKey, rememberRole, showTarget, takeFragment, viewerLink } from './memory.js';
import { ClockPicture } from './picture.js';
import { provisionCamera } from './provision.js';
import { showError, showStatus, trace } from './stage.js';
import { ViewerSession } from './viewer.js';
import { explain, explainProvisioning } from './words.js';

const TOKEN_LIFETIME_SECONDS = 3600;
const LINK_RENEWAL_MS = 20 * 60_000;
const $ = (selector) => document.querySelector(selector);

/** @type {CameraSession | ViewerSession | null} */
let session = null;

function showPage(page) {
  document.body.dataset.page = page;
  $('#home').hidden = page !== 'home';
  $('#stage').hidden = page === 'home';
  window.scrollTo(0, 0);
}

function showStage(role, deviceId, productId) {
  $('#stage-role').textContent = role;
  $('#stage-title').textContent = deviceId;
  $('#stage-product').textContent = productId;
  document.title = `${role} ${deviceId}`;
  showPage(role.toLowerCase());
  $('#stage-title').focus({ preventScroll: true });
}

function showHomeError(text = '') {
  $('#home-error').textContent = text;
  $('#home-error').hidden = !text;
}

/** Asks for the real camera where it is wanted. */
async function openRealCamera(source) {
  if (source === 'camera') {
    const video = $('#local');
    video.srcObject ??= await navigator.mediaDevices.getUserMedia({ video: true, audio: false });
    video.hidden = false;
  }
}

async function startNewCamera({ apiKey, ...choices }) {
  // First what a person may say no to: until then there is no need for another device.
  await openRealCamera(choices.source);
  rememberApiKey(apiKey);
  await startCamera({ ...await provisionCamera(apiKey, trace), ...choices });
}

async function startCamera(camera) {
  if (!await claimCamera(camera.deviceId)) {
    throw new Error('This camera is already running in another tab.');
  }
  await openRealCamera(camera.source);
  $('#picture').hidden = camera.source === 'camera';
  const stream = $('#local').srcObject ?? new ClockPicture($('#picture'), camera.deviceId).capture();
  await saveCamera({ ...camera, usedAt: Date.now() });
  rememberRole({ role: 'camera', deviceId: camera.deviceId });
  showStage('Camera', camera.deviceId, camera.productId);
  await showViewerLink(camera);
  setInterval(() => showViewerLink(camera), LINK_RENEWAL_MS);
  session = new CameraSession(camera, stream);
  session.start();
}

async function showViewerLink(camera) {
  const { productId, deviceId, productKeyPair, access, secret } = camera;
  const tokens = new ClientTokenGenerator({ productId, deviceId, keyPair: productKeyPair, lifetimeSeconds: TOKEN_LIFETIME_SECONDS });
  const token = access === 'token' ? await tokens.generate() : '';
  $('#viewer-link').href = viewerLink({ productId, deviceId, security: access === 'secret' ? 'secret' : 'none', secret, token });
  $('#viewer-link').hidden = false;
  $('#copy-link').hidden = false;
}

function startViewer(target) {
  rememberRole({ role: 'viewer', target });
  showTarget(target);
  showStage('Viewer', target.deviceId, target.productId);
  $('#remote').hidden = false;
  $('#try-again').hidden = true;
  showError();
  session = new ViewerSession(target, $('#remote'), () => { $('#try-again').hidden = false; });
  session.start();
}

/** Does what a button asks for, and says on the first page what kept it from being done. */
async function attempt(button, work, words = explain) {
  button.disabled = true;
  showHomeError();
  try {
    await work();
  } catch (error) {
    $('#local').srcObject?.getTracks().forEach((track) => track.stop());
    $('#local').srcObject = null;
    rememberRole(null);
    await showHome();
    showHomeError(words(error));
  } finally {
    button.disabled = false;
  }
}

function listen() {
  $('#camera-form').addEventListener('submit', (event) => {
    event.preventDefault();
    attempt($('#start-camera'), () => startNewCamera(cameraRequest()), explainProvisioning);
  });
  $('#viewer-form').addEventListener('submit', (event) => {
    event.preventDefault();
    startViewer(viewerRequest());
  });
  $('#try-again').addEventListener('click', () => location.reload());
  $('#copy-link').addEventListener('click', async () => {
    await navigator.clipboard.writeText($('#viewer-link').href);
    $('#copy-link').textContent = 'Copied';
    setTimeout(() => { $('#copy-link').textContent = 'Copy link'; }, 2000);
  });
  $('#stop').addEventListener('click', () => {
    // A viewer's IDs stay in the address bar, and with them in the form.
    rememberRole(null);
    location.reload();
  });
  window.addEventListener('hashchange', () => location.reload());
  // The other side learns at once that this one is gone, rather than by a time-out.
  window.addEventListener('pagehide', () => session?.close());
  window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
}

async function showHome() {
  showPage('home');
  const camera = await findIdleCamera();
  $('#saved').hidden = !camera;
  if (camera) {
    $('#saved-device').textContent = camera.deviceId;
    $('#resume-camera').onclick = () => attempt($('#resume-camera'), () => startCamera(camera));
    $('#forget-camera').onclick = async () => {
      await forgetCamera(camera.deviceId);
      await showHome();
    };
  }
}

/** Goes on with what this tab did before it was reloaded. */
async function resume(role) {
  if (role.role === 'viewer') {
    startViewer(role.target);
    return;
  }
  const camera = await findCamera(role.deviceId);
  if (!camera) {
    rememberRole(null);
    await showHome();
    return;
  }
  showStage('Camera', camera.deviceId, camera.productId);
  showStatus('connecting', 'Starting again');
  await attempt($('#resume-camera'), () => startCamera(camera));
}

async function main() {
  $('#service').textContent = location.host;
  const { apiKey, target } = takeFragment();
  if (!window.isSecureContext) {
    showPage('home');
    showHomeError('Browsers allow keys and cameras on secure pages only: open this page by https, or as localhost on the machine itself.');
    return;
  }
  if (apiKey) {
    rememberApiKey(apiKey);
  }
  prepareForms(recallApiKey());
  listen();
  const role = recallRole();
  if (target && fillViewerForm(target, role)) {
    startViewer(viewerRequest());
  } else if (!target && !apiKey && role) {
    await resume(role);
  } else {
    await showHome();
  }
}

main();
