/**
 * Tells of what happens to the page, where there is one.
 * @param {object} handlers
 * @param {() => void} handlers.wake the page is looked at again, or the machine is back on a network
 * @param {() => void} handlers.hide the page is left; it may be kept to come back
 * @param {() => void} handlers.show it has come back as it was
 * @returns {() => void} stops watching
 */
export function watchPage({ wake, hide, show }: {
    wake: () => void;
    hide: () => void;
    show: () => void;
}): () => void;
