import { rememberRole } from './memory.js';
import { run, showStage } from './page.js';
import { showError } from './stage.js';
import { ViewerSession } from './viewer.js';

const $ = (selector) => document.querySelector(selector);

/**
 * Watches a camera in this tab.
 * @param {import('./attempt.js').Target} target
 */
export function startViewer(target) {
  rememberRole({ role: 'viewer', target });
  showStage('Viewer', target);
  $('#remote').hidden = false;
  $('#try-again').hidden = true;
  showError();
  run(new ViewerSession(target, $('#remote'), () => { $('#try-again').hidden = false; }));
}
