/**
 * Tells of what happens to the page, where there is one.
 * @param {object} handlers
 * @param {() => void} handlers.wake the page is looked at again, or the machine is back on a network
 * @param {() => void} handlers.hide the page is left; it may be kept to come back
 * @param {() => void} handlers.show it has come back as it was
 * @returns {() => void} stops watching
 */
export function watchPage({ wake, hide, show }) {
  const end = new AbortController();
  if (globalThis.document) {
    addEventListener('online', wake, end);
    addEventListener('pagehide', hide, end);
    addEventListener('pageshow', ({ persisted }) => persisted && show(), end);
    document.addEventListener('visibilitychange', () => document.hidden || wake(), end);
  }
  return () => end.abort();
}
