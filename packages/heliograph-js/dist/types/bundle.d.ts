export * from "./index.js";
export { HeliographCamera } from "./element.js";
