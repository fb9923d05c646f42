const DATABASE = 'heliograph-try';
const STORE = 'cameras';
const LOCK_PATIENCE_MS = 3000;

/**
 * Who a camera is, across page loads. The private keys in it can be used but not read, not even by this page.
 * @typedef {object} Camera
 * @property {string} productId
 * @property {string} deviceId
 * @property {CryptoKeyPair} keyPair
 * @property {CryptoKeyPair | null} productKeyPair signs the tokens of its viewers' links, where they have one
 * @property {boolean} isKeyTemporary whether its key is removed from the device in the end
 * @property {'clock' | 'camera'} source
 * @property {'secret' | 'token' | 'open'} access
 * @property {string} secret
 * @property {number} usedAt
 */

/** @param {Camera} camera */
export function saveCamera(camera) {
  return inStore('readwrite', (store) => store.put(camera));
}

/** @param {string} deviceId */
export function forgetCamera(deviceId) {
  return inStore('readwrite', (store) => store.delete(deviceId));
}

/**
 * @param {string} deviceId
 * @returns {Promise<Camera | undefined>}
 */
export function findCamera(deviceId) {
  return inStore('readonly', (store) => store.get(deviceId));
}

/**
 * The camera used last that no other tab is running.
 * @returns {Promise<Camera | undefined>}
 */
export async function findIdleCamera() {
  const cameras = await inStore('readonly', (store) => store.getAll());
  const { held } = await navigator.locks.query();
  const running = new Set(held.map(({ name }) => name));
  return cameras.sort((a, b) => b.usedAt - a.usedAt).find(({ deviceId }) => !running.has(lockName(deviceId)));
}

/**
 * Claims a camera for this tab until it is closed: two tabs with one identity would throw each other out for ever.
 * Waits a moment, because a tab that reloads may still hold its own claim.
 * @param {string} deviceId
 * @returns {Promise<boolean>} false where another tab has it
 */
export function claimCamera(deviceId) {
  return new Promise((resolve) => {
    navigator.locks.request(lockName(deviceId), { signal: AbortSignal.timeout(LOCK_PATIENCE_MS) }, () => {
      resolve(true);
      return new Promise(() => {});
    }).catch(() => resolve(false));
  });
}

/** @param {string} deviceId */
function lockName(deviceId) {
  return `heliograph-try-${deviceId}`;
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} work
 * @returns {Promise<any>}
 */
async function inStore(mode, work) {
  const database = await openDatabase();
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'deviceId' });
  return settled(request);
}

/** @param {IDBRequest} request */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
