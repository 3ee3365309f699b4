// Words of scripts in the page's language. English is its own key, so it needs no catalogue; for another language
// base.html loads Django's before any module runs.

export const gettext = (text) => globalThis.django?.gettext?.(text) ?? text;

export const ngettext = (one, many, count) =>
  globalThis.django?.ngettext?.(one, many, count) ?? (count === 1 ? one : many);

// Put values in: interpolate(gettext("%(at)s of %(total)s"), { at: 1, total: 3 }).
export const interpolate = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

// Where nobody types, no text speaks of keys: the same screens as .only-keys in actions.css.
const NO_KEYS = "(hover: none), (pointer: coarse), (max-width: 40rem)";
export const byKeys = (withKeys, without) => (matchMedia(NO_KEYS).matches ? without : withKeys);
