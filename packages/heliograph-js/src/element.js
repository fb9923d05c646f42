import { HeliographCamera } from './element/camera.js';

export { HeliographCamera };

// The page may have the module twice: from a service, and in a bundle of its own.
if (globalThis.customElements && !customElements.get('heliograph-camera')) {
  customElements.define('heliograph-camera', HeliographCamera);
}
