import { showHttpLayer } from './layers.js';
import { addTrace } from './trace.js';

const stage = document.querySelector('#stage');
const status = document.querySelector('#status');
const veil = document.querySelector('#veil span');
const error = document.querySelector('#stage-error');

/**
 * Says how it goes: beside the picture, and over it while there is nothing to see.
 * @param {'connecting' | 'offline' | 'live' | 'error'} kind
 * @param {string} text
 */
export function showStatus(kind, text) {
  stage.dataset.status = kind;
  // Only what changes is written: screen readers would say it again.
  if (status.textContent !== text) {
    status.textContent = text;
    veil.textContent = text;
  }
}

/** @param {string} text what went wrong; nothing takes it away again */
export function showError(text = '') {
  if (error.textContent !== text) {
    error.textContent = text;
    error.hidden = !text;
  }
}

/** @param {any} entry */
export function trace(entry) {
  addTrace(entry);
  showHttpLayer(entry);
}

/** @param {() => void} listener called when the connection may have broken unnoticed */
export function onWake(listener) {
  window.addEventListener('online', listener);
  document.addEventListener('visibilitychange', () => document.hidden || listener());
}
