/** Everything in one file, which services serve as /sdk/heliograph.js. */
export * from './index.js';
export { HeliographCamera } from './element.js';
