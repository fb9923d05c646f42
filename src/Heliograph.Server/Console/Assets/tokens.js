import { ClientTokenGenerator, DeviceTokenGenerator, exportPublicKeyPem, publicKeyFingerprint } from '/sdk/heliograph.js';
import { browserKeyPair } from './browser-keys.js';
import { ask, change } from './calls.js';
import { chosenDevice } from './device-choice.js';
import { importPrivateKey } from './private-key.js';

const $ = (id) => document.getElementById(id);
const form = $('make');

/** @param {string} name of the radio buttons */
const chosen = (name) => form.querySelector(`[name=${name}]:checked`).value;

function showWhatApplies() {
  form.querySelector('label:has(#scope-connect) code').textContent = `${chosen('owner') === 'device' ? 'device' : 'client'}:connect`;
  $('own-key').hidden = chosen('source') !== 'file';
  $('private-key').required = chosen('source') === 'file';
}

function showProblem(text = '') {
  $('make-problem').textContent = text;
  $('make-problem').hidden = !text;
}

/** Does what a button asks for, and says what kept it from being done. */
async function attempt(work) {
  showProblem();
  try {
    if (!window.isSecureContext) {
      throw new Error('Browsers allow keys on secure pages only: open this page by https, or as localhost on the machine itself.');
    }
    await work();
  } catch (error) {
    showProblem(error.message);
  }
}

async function make() {
  $('made').hidden = true;
  const { productId, deviceId } = chosenDevice();
  const owner = chosen('owner');
  const keyPair = chosen('source') === 'file'
    ? await importPrivateKey($('private-key').value)
    : await browserKeyPair(owner === 'device' ? `device:${productId}/${deviceId}` : `product:${productId}`);
  const Generator = owner === 'device' ? DeviceTokenGenerator : ClientTokenGenerator;
  const lifetimeSeconds = Number($('lifetime').value);
  const scope = [
    $('scope-connect').checked && (owner === 'device' ? 'device:connect' : 'client:connect'),
    $('scope-turn').checked && 'turn',
  ].filter(Boolean).join(' ');
  const expiresAt = new Date(Date.now() + lifetimeSeconds * 1000);
  $('token').textContent = await new Generator({ productId, deviceId, keyPair, scope, lifetimeSeconds }).generate();
  $('made-until').textContent = expiresAt.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  const keyId = `${owner}:${await publicKeyFingerprint(keyPair.publicKey)}`;
  $('made-key').textContent = keyId;
  $('made').hidden = false;
  const { registered } = await ask('keys', { product: productId, device: deviceId, key: keyId });
  showState(registered, { productId, deviceId: owner === 'device' ? deviceId : null, keyPair });
}

function showState(isRegistered, { productId, deviceId, keyPair }) {
  const where = deviceId ? 'the device' : 'the product';
  $('made-state').textContent = isRegistered
    ? `yes, on ${where}`
    : `no: the token is refused until the key is registered on ${where}`;
  const button = $('register');
  button.hidden = isRegistered || !('manager' in form.dataset);
  button.textContent = `Register the key on ${where}`;
  button.onclick = () => attempt(async () => {
    const publicKey = await exportPublicKeyPem(keyPair.publicKey);
    await change('keys', { productId, ...(deviceId && { deviceId }), publicKey });
    showState(true, { productId, deviceId, keyPair });
  });
}

if (form) {
  form.hidden = false;
  form.addEventListener('change', showWhatApplies);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(make);
  });
  $('key-file').addEventListener('change', async ({ target }) => {
    $('private-key').value = await target.files[0]?.text() ?? '';
  });
  $('inspect-made').addEventListener('click', () => {
    $('given').value = $('token').textContent;
    $('for').value = '';
    $('inspect').requestSubmit();
  });
  showWhatApplies();
}
