// Put fresh server HTML into the page without disturbing the person: unchanged parts stay the same nodes, parts being
// filled in stay as they are, and the focus returns. htmx's own swap would do none of the three for a poll.

import { isChanged } from "../../ui/fields/fields.js";

const sources = new WeakMap();

// Remember the HTML as sent, before script adds to it. Call once when the page starts.
export function rememberFragment(element) {
  sources.set(element, element.innerHTML.trim());
}

// Whether a field has the focus, or a value that was not sent yet.
export function isBusy(element) {
  const fields = [...element.querySelectorAll("input, textarea, select")];
  return fields.some((field) => field === document.activeElement || isChanged(field));
}

// Returns a function that puts the focus back on the same control, or on its card.
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

// Make `wanted` the element's children, in order. Nodes that stay are not touched: moving one would drop its focus.
function arrange(element, wanted) {
  const stay = new Set(wanted);
  for (const child of [...element.childNodes]) if (!stay.has(child)) child.remove();
  let cursor = element.firstChild;
  for (const node of wanted) {
    if (node === cursor) cursor = cursor.nextSibling;
    else element.insertBefore(node, cursor);
  }
}

// Replace the element's content. Returns whether it changed.
export function replaceFragment(element, html) {
  const text = html.trim();
  if (sources.get(element) === text || isBusy(element)) return false;
  const restoreFocus = rememberFocus(element);
  arrange(element, [...parse(text).childNodes]);
  sources.set(element, text);
  restoreFocus();
  return true;
}

// `fragments` maps an element's id to its new inner HTML. Returns the elements that changed.
export function replaceFragments(fragments) {
  const changed = [];
  for (const [id, html] of Object.entries(fragments)) {
    const element = document.getElementById(id);
    if (element && replaceFragment(element, html)) changed.push(element);
  }
  return changed;
}
