import { ClientTokenGenerator, exportPublicKeyPem, generateKeyPair, publicKeyFingerprint } from '/sdk/heliograph.js';
import { browserKeyPair } from '/console/assets/browser-keys.js';
import { ask, change } from '/console/assets/calls.js';
import { importPrivateKey } from '/console/assets/private-key.js';

/** The device has a camera already. */
export class Occupied extends Error {}

/**
 * Makes this browser able to be a device: with a new key that is added to it, or with a private key that it has.
 * @param {{productId: string, deviceId: string}} device where no product is named, a new one is made
 * @param {{privateKey: string, access: string, isConfirmed: boolean}} choices
 * @returns {Promise<import('./identity.js').Camera>} without what the camera shows
 * @throws {Occupied} where the device is online and nobody has confirmed that it loses its place
 */
export async function provisionCamera({ productId, deviceId }, { privateKey, access, isConfirmed }) {
  const keyPair = privateKey ? await importPrivateKey(privateKey) : await generateKeyPair();
  if (productId && !isConfirmed && (await ask('device', { product: productId, device: deviceId })).connected) {
    throw new Occupied();
  }
  const device = productId ? { productId, deviceId } : await change('devices', {});
  if (!privateKey) {
    await change('keys', { ...device, publicKey: await exportPublicKeyPem(keyPair.publicKey) });
  }
  const productKeyPair = access === 'token' ? await registeredProductKey(device.productId) : null;
  return { ...device, keyPair, productKeyPair, isKeyTemporary: !privateKey };
}

/**
 * Undoes what the camera took: the key of this browser is no key of the device any more.
 * @param {import('./identity.js').Camera} camera
 */
export async function removeTemporaryKey({ productId, deviceId, keyPair, isKeyTemporary }) {
  if (!isKeyTemporary) {
    return;
  }
  try {
    await change('keys/remove', { productId, deviceId, publicKey: await exportPublicKeyPem(keyPair.publicKey) });
  } catch (error) {
    // Where the device or the key is gone there is nothing left to remove.
    if (error.status !== 404) {
      throw error;
    }
  }
}

/**
 * The product's key of this browser, which the product is told of where it does not know it.
 * @param {string} productId
 */
async function registeredProductKey(productId) {
  const keyPair = await browserKeyPair(`product:${productId}`);
  const key = `product:${await publicKeyFingerprint(keyPair.publicKey)}`;
  if (!(await ask('keys', { product: productId, key })).registered) {
    await change('keys', { productId, publicKey: await exportPublicKeyPem(keyPair.publicKey) });
  }
  return keyPair;
}

/**
 * A token for a viewer, signed by this browser.
 * @param {{productId: string, deviceId: string}} device
 * @param {number} lifetimeSeconds
 */
export async function clientToken({ productId, deviceId }, lifetimeSeconds) {
  const keyPair = await registeredProductKey(productId);
  return await new ClientTokenGenerator({ productId, deviceId, keyPair, lifetimeSeconds }).generate();
}
