// The console's page: be a camera for a device, or watch one.
import { chosenDevice, showChoice } from '/console/assets/device-choice.js';
import { ClientTokenGenerator } from '/sdk/heliograph.js';
import { CameraSession } from './camera.js';
import { cameraRequest, generateSecret, prepareForms, watchRequest } from './forms.js';
import { claimCamera, findCamera, findIdleCamera, forgetCamera, saveCamera } from './identity.js';
import { recallRole, rememberRole, viewerLink } from './memory.js';
import { endSession, isAllowed, listenToStage, run, showHomeError, showPage, showStage } from './page.js';
import { ClockPicture } from './picture.js';
import { Occupied, clientToken, provisionCamera, removeTemporaryKey } from './provision.js';
import { showStatus } from './stage.js';
import { startViewer } from './watch.js';
import { explain } from './words.js';

const TOKEN_LIFETIME_SECONDS = 3600;
const LINK_RENEWAL_MS = 20 * 60_000;
const $ = (selector) => document.querySelector(selector);

/** @type {import('./identity.js').Camera | null} what this tab is */
let runningCamera = null;

/** Asks for the real camera where it is wanted. */
async function openRealCamera(source) {
  if (source === 'camera') {
    const video = $('#local');
    video.srcObject ??= await navigator.mediaDevices.getUserMedia({ video: true, audio: false });
    video.hidden = false;
  }
}

async function startNewCamera(device, { privateKey, ...choices }, isConfirmed) {
  // First what a person may say no to: until then there is no need for a key.
  await openRealCamera(choices.source);
  await startCamera({ ...await provisionCamera(device, { privateKey, access: choices.access, isConfirmed }), ...choices });
}

async function startCamera(camera) {
  if (!await claimCamera(camera.deviceId)) {
    throw new Error('This camera is already running in another tab.');
  }
  await openRealCamera(camera.source);
  $('#picture').hidden = camera.source === 'camera';
  const stream = $('#local').srcObject ?? new ClockPicture($('#picture'), camera.deviceId).capture();
  await saveCamera({ ...camera, usedAt: Date.now() });
  runningCamera = camera;
  rememberRole({ role: 'camera', deviceId: camera.deviceId });
  showDevice(camera);
  showStage('Camera', camera);
  await showViewerLink(camera);
  setInterval(() => showViewerLink(camera), LINK_RENEWAL_MS);
  run(new CameraSession(camera, stream));
}

async function showViewerLink({ productId, deviceId, productKeyPair: keyPair, access, secret }) {
  const token = access === 'token'
    ? await new ClientTokenGenerator({ productId, deviceId, keyPair, lifetimeSeconds: TOKEN_LIFETIME_SECONDS }).generate()
    : '';
  $('#viewer-link').href = viewerLink({ productId, deviceId, security: access === 'secret' ? 'secret' : 'none', secret, token });
  $('#viewer-link').hidden = false;
  $('#copy-link').hidden = false;
}

async function watch(device) {
  const { tokenFrom, ...request } = watchRequest();
  const token = tokenFrom === 'browser' ? await clientToken(device, TOKEN_LIFETIME_SECONDS) : request.token;
  showDevice(device);
  startViewer({ ...device, ...request, token });
}

/** Names the device in the address bar, so that a reload goes on with it, and links to its page. */
function showDevice({ productId, deviceId }) {
  history.replaceState(null, '', `${location.pathname}?${new URLSearchParams({ product: productId, device: deviceId })}`);
  $('#device-page').href = `/console/products/${productId}/devices/${deviceId}`;
  $('#device-page').hidden = false;
}

/** Does what a button asks for, and says on the first page what kept it from being done. */
async function attempt(button, work) {
  button.disabled = true;
  showHomeError();
  $('#occupied').hidden = true;
  try {
    await work();
  } catch (error) {
    $('#local').srcObject?.getTracks().forEach((track) => track.stop());
    $('#local').srcObject = null;
    rememberRole(null);
    await showHome();
    if (error instanceof Occupied) {
      $('#occupied').hidden = false;
      $('#take-over').focus();
    } else {
      showHomeError(explain(error));
    }
  } finally {
    button.disabled = false;
  }
}

function listen() {
  const whileChosen = (event, work) => {
    event.preventDefault();
    if (showChoice()) {
      attempt(event.submitter ?? event.target, work);
    }
  };
  $('#camera-form').addEventListener('submit', (event) => whileChosen(event, () => startNewCamera(chosenDevice(), cameraRequest(), false)));
  $('#take-over').addEventListener('click', (event) => whileChosen(event, () => startNewCamera(chosenDevice(), cameraRequest(), true)));
  $('#viewer-form').addEventListener('submit', (event) => whileChosen(event, () => watch(chosenDevice())));
  $('#product').addEventListener('change', showWhatCanBeWatched);
  listenToStage(async () => {
    if (runningCamera) {
      await end(runningCamera);
    }
  });
}

/** What is not there yet can't be watched. */
function showWhatCanBeWatched() {
  $('#start-viewer').disabled = !chosenDevice().productId;
}

/** Ends a camera for good. */
async function end(camera) {
  await removeTemporaryKey(camera);
  await forgetCamera(camera.deviceId);
}

async function showHome() {
  endSession();
  showPage('home');
  const camera = await findIdleCamera();
  $('#saved').hidden = !camera;
  if (camera) {
    $('#saved-device').textContent = camera.deviceId;
    $('#resume-camera').onclick = () => attempt($('#resume-camera'), () => startCamera(camera));
    $('#forget-camera').onclick = () => attempt($('#forget-camera'), async () => {
      await end(camera);
      await showHome();
    });
  }
}

/** Goes on with what this tab did before it was reloaded, if that was about the device that the page is opened for. */
async function resume(role) {
  const { productId, deviceId } = chosenDevice();
  if (role?.role === 'viewer' && role.target.productId === productId && role.target.deviceId === deviceId) {
    showDevice(role.target);
    startViewer(role.target);
    return true;
  }
  const camera = role?.role === 'camera' && role.deviceId === deviceId ? await findCamera(deviceId) : null;
  if (!camera) {
    return false;
  }
  showStage('Camera', camera);
  showStatus('connecting', 'Starting again');
  await attempt($('#resume-camera'), () => startCamera(camera));
  return true;
}

if ($('#camera-form') && isAllowed()) {
  $('#camera-secret').value = generateSecret();
  prepareForms();
  listen();
  showWhatCanBeWatched();
  if (!await resume(recallRole())) {
    await showHome();
  }
} else {
  showPage('home');
}
