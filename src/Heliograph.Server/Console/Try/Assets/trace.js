const MAX_ROWS = 300;
const list = document.querySelector('#trace');
const filter = document.querySelector('#trace-filter');

/** The newest row stays in sight until someone scrolls away from it. */
let follows = true;
list.addEventListener('scroll', () => {
  follows = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
});

filter.addEventListener('change', () => {
  const hidden = [...filter.querySelectorAll('input:not(:checked)')].map(({ value }) => value);
  list.dataset.hide = hidden.join(' ');
});

/**
 * Adds a row to the trace, and drops the oldest where there are too many.
 * @param {{time: number, direction: 'in' | 'out', layer: string, type: string, detail: string, channelId?: string, error?: Error}} entry
 */
export function addTrace({ time, direction, layer, type, detail, channelId = '', error }) {
  const row = document.createElement('li');
  row.dataset.trace = layer;
  row.dataset.direction = direction;
  row.dataset.type = type;
  if (error || type === 'ERROR') {
    row.dataset.tone = 'bad';
  }
  const when = new Date(time);
  const stamp = document.createElement('time');
  stamp.dateTime = when.toISOString();
  stamp.textContent = `${when.toTimeString().slice(0, 8)}.${String(when.getMilliseconds()).padStart(3, '0')}`;
  const arrow = cell('arrow', direction === 'out' ? '→' : '←');
  arrow.setAttribute('role', 'img');
  arrow.setAttribute('aria-label', direction === 'out' ? 'sent' : 'received');
  row.append(stamp, arrow, cell('layer', layer), cell('type', type), cell('detail', detail), cell('channel', channelId.slice(0, 6)));
  list.append(row);
  while (list.childElementCount > MAX_ROWS) {
    list.firstElementChild.remove();
  }
  if (follows) {
    list.scrollTop = list.scrollHeight;
  }
}

/**
 * @param {string} name
 * @param {string} text
 */
function cell(name, text) {
  const span = document.createElement('span');
  span.className = name;
  span.textContent = text;
  return span;
}
