// The session inspector: who is there, and line by line what happens.
import { element, follow, moment } from './follow.js';

const MAX_ROWS = 1000;
const MAX_KNOWN = 2000;
const NEAR_THE_END = 80;

const byId = (id) => document.getElementById(id);
const story = byId('story');
const filter = byId('channel');
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const DIRECTIONS = { client: 'client → device', device: 'device → client' };

/** Lines that are here already: after a reconnect the service tells all that it has. */
const known = new Set();
let hasBegun = false;

byId('clear').hidden = false;
byId('clear').addEventListener('click', () => {
  story.replaceChildren();
  byId('no-story').hidden = false;
});
filter.addEventListener('change', () => {
  const url = new URL(location.href);
  url.searchParams.delete('done');
  if (filter.value) {
    url.searchParams.set('channel', filter.value);
  } else {
    url.searchParams.delete('channel');
  }
  history.replaceState(null, '', url);
  for (const row of story.rows) {
    applyFilter(row);
  }
});

follow(byId('inspect').dataset.stream, {
  open() {
    if (hasBegun) {
      const now = new Date().toISOString();
      add({ at: now, channel: null, from: 'service', kind: 'gap', line: 'This page was cut off from the service for a while. What happened meanwhile may be missing.', tone: 'bad' }, null);
    }
    hasBegun = true;
  },
  peers(data) {
    const state = byId('device-state');
    const online = element('span', data.isOnline ? 'online' : 'offline', 'state');
    online.toggleAttribute('data-on', data.isOnline);
    state.replaceChildren(online);
    if (data.isOnline) {
      state.append(' since ', moment(data.since), ...onNode(data.node));
    } else if (data.isElsewhere) {
      state.append(' on the nodes that are followed; it is connected to another one');
    }
    byId('channels').replaceChildren(...data.channels.map(({ name, since, authorized, node }) => {
      const item = document.createElement('li');
      item.append(element('span', name, 'mono'), ` connected since `, moment(since), authorized ? ', with a token' : ', without a token', ...onNode(node));
      addChannel(name);
      return item;
    }));
    showNodes(data.nodes);
    if (data.count > data.channels.length) {
      byId('channels').append(element('li', `and ${number.format(data.count - data.channels.length)} more`));
    }
  },
  line({ entry, content }) {
    const key = `${entry.id} ${entry.at}`;
    if (known.has(key)) {
      return;
    }
    known.add(key);
    if (known.size > MAX_KNOWN) {
      // The one that was told first: the service has it no longer.
      known.delete(known.values().next().value);
    }
    add(entry, content);
  },
  content({ secondsLeft }) {
    const isShown = secondsLeft !== null;
    const state = byId('content-state');
    if (isShown) {
      const left = element('span', `${number.format(secondsLeft)} s`);
      left.id = 'content-left';
      state.replaceChildren('Shown to managers who have this page open, for ', left, ' more.');
    } else if (state.dataset.shown !== 'false') {
      state.textContent = 'Not shown: it has addresses of people’s networks, and names what they say to each other.';
      // What was shown goes with it.
      document.querySelectorAll('#story .content').forEach((shown) => shown.remove());
    }
    state.dataset.shown = String(isShown);
    byId('content-start')?.toggleAttribute('hidden', isShown);
    byId('content-stop')?.toggleAttribute('hidden', !isShown);
  },
});

/** @param {string | null | undefined} node */
function onNode(node) {
  return node ? [', on ', element('span', node, 'mono')] : [];
}

/** Says that nothing is missing only where all nodes are followed. */
function showNodes(nodes) {
  const about = byId('nodes');
  const words = { asked: 'asked just now', silent: 'does not answer', lost: 'lost' };
  const missing = nodes.filter(({ state }) => state !== 'followed');
  const text = missing.length > 0
    ? `Not followed: ${missing.map(({ name, state }) => `${name} (${words[state] ?? state})`).join(', ')}. What their peers do is missing here.`
    : `All ${nodes.length + 1} nodes are followed.`;
  about.hidden = nodes.length === 0;
  about.classList.toggle('wrong', missing.some(({ state }) => state !== 'asked'));
  if (about.textContent !== text) {
    about.textContent = text;
  }
}

/** @param {string | null} content */
function add(entry, content) {
  const isAtTheEnd = window.innerHeight + window.scrollY > document.body.scrollHeight - NEAR_THE_END;
  const row = document.createElement('tr');
  row.dataset.kind = entry.kind;
  row.dataset.from = entry.from;
  row.dataset.channel = entry.channel ?? '';

  const when = element('td', '', 'when');
  when.append(moment(entry.at, 3));
  const what = element('td', '', 'what');
  const text = element('span', entry.line, 'event');
  if (entry.tone) {
    text.dataset.tone = entry.tone;
  }
  what.append(text);
  // What is said of a node itself names it.
  if (entry.node && entry.kind !== 'node') {
    what.append(' ', element('span', `on ${entry.node}`, 'badge'));
  }
  if (entry.layers) {
    what.append(element('span', entry.layers, 'layers mono'));
  }
  if (content) {
    const details = element('details', '', 'content');
    details.append(element('summary', 'What it contains'), element('pre', content));
    what.append(details);
  }
  row.append(
    when,
    element('td', elapsed(entry.sinceLast), 'number name wide'),
    what,
    // What is no message goes nowhere.
    element('td', entry.layers ? DIRECTIONS[entry.from] : entry.from, 'direction'),
    element('td', entry.channel ?? '', 'mono name'),
    element('td', size(entry.size), 'number name'),
  );
  if (entry.channel) {
    addChannel(entry.channel);
  }
  applyFilter(row);
  story.append(row);
  while (story.rows.length > MAX_ROWS) {
    story.rows[0].remove();
  }
  byId('no-story').hidden = true;
  if (isAtTheEnd) {
    window.scrollTo(0, document.body.scrollHeight);
  }
}

function addChannel(name) {
  if (![...filter.options].some(({ value }) => value === name)) {
    const option = element('option', name);
    option.value = name;
    filter.append(option);
  }
}

function applyFilter(row) {
  row.hidden = filter.value !== '' && row.dataset.channel !== '' && row.dataset.channel !== filter.value;
}

/** @param {number | null | undefined} ms */
function elapsed(ms) {
  if (ms === null || ms === undefined) {
    return '';
  }
  return ms < 1000 ? `${number.format(ms)} ms` : ms < 60_000 ? `${number.format(ms / 1000)} s` : `${number.format(ms / 60_000)} min`;
}

/** @param {number | null | undefined} bytes */
function size(bytes) {
  if (bytes === null || bytes === undefined) {
    return '';
  }
  return bytes < 1000 ? `${bytes} B` : `${number.format(bytes / 1000)} kB`;
}
