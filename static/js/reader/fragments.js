// Puts fresh server HTML into the page without disturbing the person: what did not change stays the same nodes, what is
// being filled in stays as it is, and the focus returns to where it was.

const sources = new WeakMap();

// Remembers what the server sent, before script adds to it. Call it once when the page starts.
export function rememberFragment(element) {
  sources.set(element, element.innerHTML.trim());
}

function isDirty(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    const hasDefault = options.some((option) => option.defaultSelected);
    return options.some((option, i) => option.selected !== (hasDefault ? option.defaultSelected : i === 0));
  }
  return field.value !== field.defaultValue;
}

// Being written in, or holding words that the server has not seen.
export function isBusy(element) {
  const fields = [...element.querySelectorAll("input, textarea, select")];
  return fields.some((field) => field === document.activeElement || isDirty(field));
}

// Answers the function that puts the focus back to the same control, or to its card.
export function rememberFocus(element) {
  const focused = document.activeElement;
  if (!element.contains(focused)) return () => {};
  const card = focused.closest("[id]");
  const { action } = focused.dataset;
  return () => {
    if (document.activeElement === focused) return;
    const home = card && document.getElementById(card.id);
    const same = action && home?.querySelector(`[data-action="${CSS.escape(action)}"]`);
    (focused.isConnected ? focused : same || home)?.focus({ preventScroll: true });
  };
}

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Makes `wanted` the element's children, in order, touching only what has to move.
export function arrange(element, wanted) {
  const stay = new Set(wanted);
  for (const child of [...element.childNodes]) if (!stay.has(child)) child.remove();
  let cursor = element.firstChild;
  for (const node of wanted) {
    if (node === cursor) cursor = cursor.nextSibling;
    else element.insertBefore(node, cursor);
  }
}

// Replaces the element's content; answers whether anything changed.
export function replaceFragment(element, html) {
  const text = html.trim();
  if (sources.get(element) === text || isBusy(element)) return false;
  const restoreFocus = rememberFocus(element);
  arrange(element, [...parse(text).childNodes]);
  sources.set(element, text);
  restoreFocus();
  return true;
}

// `fragments` maps an element's id to its new inner HTML. Answers the elements that changed.
export function replaceFragments(fragments) {
  const changed = [];
  for (const [id, html] of Object.entries(fragments)) {
    const element = document.getElementById(id);
    if (element && replaceFragment(element, html)) changed.push(element);
  }
  return changed;
}
