/** A style sheet object, which no Content-Security-Policy forbids; one for all elements. */
const CSS = `
:host{display:block;position:relative;aspect-ratio:16/9;overflow:hidden;background:#000}
video{display:block;width:100%;height:100%}
:host(:not([state=connected])) video{opacity:.4}
div{position:absolute;top:.5em;left:.5em;display:flex;gap:.5em;font:.9rem system-ui}
p,button{margin:0;padding:.3em .7em;border:0;border-radius:1em;color:#fff;background:#000c;font:inherit}
button{color:#000;background:#fff}
[hidden],:host([hidden]){display:none}
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

export function getStyleSheet() {
  if (!sheet) {
    (sheet = new CSSStyleSheet()).replaceSync(CSS);
  }
  return sheet;
}
