// What the pages' scripts ask of the service, with the session that the browser has.

/** A refusal, in words for a person. */
export class CallError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * @param {string} call
 * @param {Record<string, string>} query
 */
export function ask(call, query) {
  return send(`/console/calls/${call}?${new URLSearchParams(query)}`, {});
}

/**
 * A change: it carries the page's antiforgery token.
 * @param {string} call
 * @param {object} body
 */
export function change(call, body) {
  const token = document.querySelector('input[name=__RequestVerificationToken]').value;
  return send(`/console/calls/${call}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', RequestVerificationToken: token },
    body: JSON.stringify(body),
  });
}

async function send(url, options) {
  const response = await fetch(url, options).catch(() => null);
  if (!response) {
    throw new CallError(0, 'The service cannot be reached. Is it running?');
  }
  if (response.status === 401) {
    throw new CallError(401, 'The session has ended: reload the page, and sign in again.');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new CallError(response.status, answer.message ?? `The service answered ${response.status}.`);
  }
  return answer;
}
