const ROLE = 'heliograph-try-role';

/**
 * What this tab is doing, kept until it is closed, so that a reload goes on with it.
 * @typedef {{role: 'camera', deviceId: string} | {role: 'viewer', target: import('./attempt.js').Target}} Role
 */

/** @returns {Role | null} */
export function recallRole() {
  return JSON.parse(sessionStorage.getItem(ROLE) ?? 'null');
}

/** @param {Role | null} role */
export function rememberRole(role) {
  sessionStorage.setItem(ROLE, JSON.stringify(role));
}

/**
 * Takes what the address bar carries behind its #, and leaves nothing secret there.
 * @returns {import('./attempt.js').Target | null}
 */
export function takeTarget() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const get = (/** @type {string} */ name) => parameters.get(name)?.trim() ?? '';
  const target = parameters.has('view') ? {
    productId: get('product'),
    deviceId: get('device'),
    security: get('security') === 'none' ? /** @type {const} */ ('none') : /** @type {const} */ ('secret'),
    secret: get('secret'),
    token: get('token'),
  } : null;
  showTarget(target);
  return target;
}

/** @param {import('./attempt.js').Target | null} target shown in the address bar without its secrets */
export function showTarget(target) {
  const fragment = target?.productId ? `#view&${new URLSearchParams({ product: target.productId, device: target.deviceId })}` : target ? '#view' : '';
  history.replaceState(null, '', location.pathname + fragment);
}

/**
 * A link that opens a viewer. Fragments, unlike queries, are not sent to any server.
 * @param {import('./attempt.js').Target} target
 */
export function viewerLink({ productId, deviceId, security, secret, token }) {
  const parameters = new URLSearchParams({ product: productId, device: deviceId });
  if (security === 'secret') {
    parameters.set('secret', secret);
  } else {
    parameters.set('security', 'none');
  }
  if (token) {
    parameters.set('token', token);
  }
  return `${location.origin}/try#view&${parameters}`;
}
