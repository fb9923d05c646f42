import { ask } from './calls.js';

const product = document.getElementById('product');
const device = document.getElementById('device');
const list = document.getElementById('devices');

/** @returns {{productId: string, deviceId: string}} what is chosen */
export function chosenDevice() {
  return { productId: product.value, deviceId: device.value.trim().toLowerCase() };
}

/** @returns {boolean} whether a device is chosen, or none is wanted; if not, the browser says what is missing */
export function showChoice() {
  return !product.value || device.reportValidity();
}

/** Offers the first devices of the product, and takes the only one. */
async function offerDevices() {
  const productId = product.value;
  list.replaceChildren();
  device.closest('.field').hidden = !productId;
  if (!productId) {
    return;
  }
  const devices = await ask('devices', { product: productId }).catch(() => []);
  if (productId !== product.value) {
    return;
  }
  list.replaceChildren(...devices.map(({ deviceId, name, connected }) => {
    const option = document.createElement('option');
    option.value = deviceId;
    option.label = [name, connected && 'online'].filter(Boolean).join(' · ') || deviceId;
    return option;
  }));
  if (!device.value && devices.length === 1) {
    device.value = devices[0].deviceId;
  }
}

product?.addEventListener('change', () => {
  device.value = '';
  offerDevices();
});
if (product) {
  offerDevices();
}
