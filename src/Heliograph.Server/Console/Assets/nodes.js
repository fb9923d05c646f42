// The page of the nodes: each as it is now.
import { element, follow, moment } from './follow.js';

const table = document.getElementById('nodes');

follow('/console/nodes/stream', {
  nodes(nodes) {
    table.replaceChildren(...nodes.map(nodeRow));
  },
});

function nodeRow(node) {
  const row = document.createElement('tr');
  row.dataset.node = node.name;

  const name = element('th', node.name, 'mono');
  name.scope = 'row';
  if (node.isThis) {
    name.append(' ', element('span', 'this one', 'badge'));
  }
  const state = element('td', '', 'what');
  const badge = element('span', node.state, 'badge');
  if (node.tone) {
    badge.dataset.tone = node.tone;
  }
  const words = element('span', node.words, 'quiet');
  if (node.heardAt) {
    words.append(' since ', moment(node.heardAt));
  }
  state.append(badge, ' ', words);

  row.append(
    name,
    state,
    element('td', node.devices, 'number'),
    element('td', node.clients, 'number'),
    element('td', node.rate, 'number'),
    element('td', node.toOthers, 'number name'),
    element('td', node.cpu, 'number name'),
    element('td', node.memory, 'number name'),
    element('td', node.uptime, 'name'),
    element('td', node.version, 'mono name'),
  );
  return row;
}
