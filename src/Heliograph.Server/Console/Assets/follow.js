// How pages follow a stream of events, and say how that goes.

const MAX_HELD = 500;
const RETRY_MS = 3000;

const WORDS = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Disconnected from the service. Trying again…',
  stopping: 'The service is stopping. Trying again…',
  refused: 'Disconnected: too many pages follow what happens, or the service can’t answer. Trying again…',
  'signed-out': 'You are signed out. Load the page again to sign in.',
  deleted: 'This device has been deleted.',
  failed: 'The service failed to read what happens here; its log says why. Trying again…',
};

/**
 * Follows a stream, over restarts of the service, until the session or the stream ends for good.
 * @param {string} url
 * @param {Record<string, (data: any) => void>} handlers by the name of the event; `open` is called each time that the stream begins.
 */
export function follow(url, handlers) {
  const state = document.getElementById('stream-state');
  const pause = document.getElementById('pause');
  /** @type {(() => void)[]} */
  const held = [];
  let isPaused = false;
  let isOver = false;

  const show = (name) => {
    if (state.dataset.state !== name) {
      state.dataset.state = name;
      state.textContent = WORDS[name];
    }
  };
  const take = (act) => {
    if (!isPaused) {
      act();
      return;
    }
    held.push(act);
    if (held.length > MAX_HELD) {
      held.shift();
    }
  };

  pause.hidden = false;
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', String(isPaused));
    pause.textContent = isPaused ? 'Go on' : 'Pause';
    if (!isPaused) {
      held.splice(0).forEach((act) => act());
    }
  });

  const open = () => {
    const source = new EventSource(url);
    source.addEventListener('open', () => {
      show('live');
      take(() => handlers.open?.());
    });
    source.addEventListener('error', () => {
      if (isOver) {
        return;
      }
      if (source.readyState === EventSource.CLOSED) {
        source.close();
        again('refused');
      } else if (state.dataset.state !== 'stopping') {
        show('lost');
      }
    });
    source.addEventListener('end', (event) => {
      const { reason } = JSON.parse(event.data);
      if (reason === 'session' || reason === 'failed') {
        source.close();
        again(reason === 'failed' ? reason : 'lost');
        return;
      }
      show(reason);
      if (reason !== 'stopping') {
        isOver = true;
        source.close();
      }
    });
    for (const name of Object.keys(handlers).filter((other) => other !== 'open')) {
      source.addEventListener(name, (event) => {
        const data = JSON.parse(event.data);
        take(() => handlers[name](data));
      });
    }
  };

  /** A browser gives up at an answer that is no stream; this page does not, unless it is the session that has ended. */
  const again = async (name) => {
    show(name);
    await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
    const answer = await fetch(location.href, { redirect: 'manual' }).catch(() => null);
    // A script is told so by a 401, and not led to the page that asks people to sign in.
    if (answer?.status === 401 || answer?.type === 'opaqueredirect') {
      isOver = true;
      show('signed-out');
      return;
    }
    open();
  };

  show('connecting');
  open();
}

/**
 * An element with a text, and no other way for a text to get in.
 * @param {string} name
 * @param {string | null | undefined} text
 * @param {string} [className]
 */
export function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text ?? '';
  if (className) {
    made.className = className;
  }
  return made;
}

/**
 * A moment, to the second or finer, in the reader's zone.
 * @param {string} at
 * @param {number} [digits] of the second's fraction
 */
export function moment(at, digits = 0) {
  const when = new Date(at);
  const made = element('time', when.toLocaleTimeString(undefined, { fractionalSecondDigits: digits || undefined, hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' }));
  made.dateTime = at;
  made.title = when.toLocaleString();
  return made;
}
