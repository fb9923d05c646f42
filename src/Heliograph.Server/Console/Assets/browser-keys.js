import { generateKeyPair } from '/sdk/heliograph.js';

const DATABASE = 'heliograph-console';
const STORE = 'keys';

/**
 * The key pair of this browser for a product or a device: made when it is first asked for, and kept across page loads. Its private key
 * can be used but not read, not even by this page.
 * @param {string} owner what it is for, e.g. `product:wp-39wu7tex`
 * @returns {Promise<CryptoKeyPair>}
 */
export async function browserKeyPair(owner) {
  const found = await inStore('readonly', (store) => store.get(owner));
  if (found) {
    return found;
  }
  const keyPair = await generateKeyPair();
  await inStore('readwrite', (store) => store.put(keyPair, owner));
  return keyPair;
}

/** @param {string} owner */
export function forgetKeyPair(owner) {
  return inStore('readwrite', (store) => store.delete(owner));
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} work
 * @returns {Promise<any>}
 */
async function inStore(mode, work) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** @param {IDBRequest} request */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
