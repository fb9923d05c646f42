// The live page: numbers, their curve, and what happened.
import { element, follow, moment } from './follow.js';

const MAX_ROWS = 100;
const MAX_SAMPLES = 180;
const [WIDTH, HEIGHT] = [600, 120];

const byId = (id) => document.getElementById(id);
const product = document.querySelector('.figures').dataset.product;
const count = new Intl.NumberFormat();
const rate = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** @type {number[]} */
const samples = [];
/** @type {Map<string, HTMLElement>} */
let rows = new Map();

byId('product').addEventListener('change', (event) => event.target.form.requestSubmit());

follow(`/console/live/stream${product ? `?product=${encodeURIComponent(product)}` : ''}`, {
  open() {
    byId('events').replaceChildren();
    rows = new Map();
  },
  now(data) {
    byId('devices').textContent = count.format(data.devices);
    byId('clients').textContent = count.format(data.clients);
    if (data.rate !== null) {
      byId('rate').textContent = rate.format(data.rate);
      samples.push(data.rate);
      if (samples.length > MAX_SAMPLES) {
        samples.shift();
      }
      draw();
    }
    byId('silent').hidden = data.silent.length === 0;
    byId('silent').textContent = `Not heard of: ${data.silent.join(', ')}. What happens there is missing here.`;
    byId('gap').hidden = byId('gap').hidden && !data.hasGap;
    byId('calls').replaceChildren(...data.calls.map(callRow));
    byId('no-calls').hidden = data.calls.length > 0;
    byId('no-events').hidden = rows.size > 0;
  },
  happened(data) {
    rows.get(data.key)?.remove();
    const row = eventRow(data);
    rows.set(data.key, row);
    byId('events').prepend(row);
    while (rows.size > MAX_ROWS) {
      const [key, oldest] = rows.entries().next().value;
      rows.delete(key);
      oldest.remove();
    }
    byId('no-events').hidden = true;
  },
});

function draw() {
  const most = Math.max(1, ...samples);
  const x = (i) => (WIDTH * i) / Math.max(1, samples.length - 1);
  const y = (value) => HEIGHT - 4 - ((HEIGHT - 10) * value) / most;
  const line = samples.map((value, i) => `${i ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  byId('curve-line').setAttribute('d', line);
  byId('curve-area').setAttribute('d', samples.length > 1 ? `${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z` : '');
  const [low, high] = [Math.min(...samples), Math.max(...samples)].map((value) => rate.format(value));
  byId('curve-text').textContent = low === high
    ? `${high} a second for ${samples.length} s.`
    : `Between ${low} and ${high} a second in the last ${samples.length} s; ${rate.format(samples.at(-1))} now.`;
}

function callRow({ call, code, words, count: often }) {
  const row = document.createElement('tr');
  const outcome = element('td', '');
  const badge = element('span', code ?? 'OK', 'badge');
  badge.dataset.tone = code === null ? 'good' : 'bad';
  outcome.append(badge);
  row.append(element('td', call, 'mono name'), outcome, element('td', words), element('td', count.format(often), 'number'));
  return row;
}

function eventRow(data) {
  const row = document.createElement('tr');
  row.dataset.kind = data.kind;
  const when = element('td', '', 'when');
  when.append(moment(data.at));

  const device = element('td', '', 'mono name');
  if (data.hasPage && data.product && data.device) {
    const link = element('a', data.device);
    link.href = `/console/products/${data.product}/devices/${data.device}`;
    device.append(link);
  } else {
    device.textContent = data.device ?? '–';
  }

  const what = element('td', '', 'what');
  const text = element('span', data.text, 'event');
  if (data.tone) {
    text.dataset.tone = data.tone;
  }
  what.append(text);
  for (const badge of [data.code, data.count > 1 ? `${count.format(data.count)} times` : null, data.channel && `channel ${data.channel}`, data.node && `on ${data.node}`]) {
    if (badge) {
      what.append(' ', element('span', badge, 'badge'));
    }
  }
  row.append(when, what, device, element('td', data.address, 'mono name'));
  return row;
}
