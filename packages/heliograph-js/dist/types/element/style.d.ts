export function getStyleSheet(): CSSStyleSheet;
