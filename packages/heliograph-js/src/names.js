/**
 * An enumeration: an object in which each name is its own value.
 * @template {string} Name
 * @param {...Name} names
 * @returns {{readonly [Each in Name]: Each}}
 */
export function names(...names) {
  return /** @type {any} */ (Object.freeze(Object.fromEntries(names.map((name) => [name, name]))));
}
