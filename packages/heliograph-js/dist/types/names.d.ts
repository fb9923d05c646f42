/**
 * An enumeration: an object in which each name is its own value.
 * @template {string} Name
 * @param {...Name} names
 * @returns {{readonly [Each in Name]: Each}}
 */
export function names<Name extends string>(...names: Name[]): { readonly [Each in Name]: Each; };
