/**
 * Says in a few words what a message is about, without its content.
 * @param {any} message of the WebRTC signaling layer
 */
export function summarize(message) {
  // Whatever the other peer wrote, a summary stays one.
  return describe(message).slice(0, 80);
}

/** @param {any} message */
function describe(message) {
  switch (message?.type) {
    case 'DESCRIPTION':
      return summarizeDescription(message.description);
    case 'CANDIDATE':
      return summarizeCandidate(message.candidate?.candidate);
    case 'SETUP_RESPONSE':
      return `ICE servers: ${message.iceServers?.length ?? 0}`;
    default:
      return '';
  }
}

/** @param {any} description */
function summarizeDescription(description) {
  const kinds = [...String(description?.sdp ?? '').matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind);
  return [description?.type, kinds.join(' + ')].filter(Boolean).join(' of ');
}

/** @param {unknown} candidate */
function summarizeCandidate(candidate) {
  const text = String(candidate ?? '');
  const kind = / typ (\w+)/.exec(text)?.[1] ?? 'end of candidates';
  const transport = /^(?:a=)?candidate:\S+ \d+ (\w+) /i.exec(text)?.[1]?.toLowerCase() ?? '';
  return `${kind} ${transport}`.trim();
}

/**
 * What goes into the trace for a message of the reliability layer.
 * @param {any} message
 */
export function summarizeReliability(message) {
  const signing = typeof message?.data?.type === 'string' ? ` · ${message.data.type}` : '';
  return `seq ${message?.seq}${signing}`.slice(0, 60);
}
