export { HeliographCamera };
import { HeliographCamera } from './element/camera.js';
