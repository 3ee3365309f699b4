// Puts fresh server HTML into the page without disturbing the person: elements that carry an id and did not change stay
// the same nodes, a card whose form is being filled in stays as it is, and the focus returns to where it was.

const sources = new WeakMap();
const held = new WeakSet();

const keyed = (root) => [...root.children].filter((child) => child.id);

// Remembers what the server sent, before script adds classes and positions. Call it once when the page starts.
export function rememberFragment(element) {
  for (const child of keyed(element)) sources.set(child, child.outerHTML);
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
function isBusy(element) {
  const fields = [...element.querySelectorAll("input, textarea, select")];
  return fields.some((field) => field === document.activeElement || isDirty(field));
}

function rememberFocus(element) {
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

// The element to show for a fresh one: the old node where it may stay.
function keepOrTake(element, fresh) {
  const old = keyed(element).find((child) => child.id === fresh.id);
  const html = fresh.outerHTML;
  if (old && sources.get(old) === html) return old;
  if (old && isBusy(old)) {
    held.add(old);
    return old;
  }
  sources.set(fresh, html);
  return fresh;
}

function arrange(element, wanted) {
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
  if (sources.get(element) === text) return false;
  const template = document.createElement("template");
  template.innerHTML = text;
  const fresh = [...template.content.children];
  const isKeyed = fresh.length > 0 && fresh.every((child) => child.id);
  if (!isKeyed && isBusy(element)) return false;
  const restoreFocus = rememberFocus(element);
  const gone = keyed(element).filter((old) => isBusy(old) && !fresh.some(({ id }) => id === old.id));
  const wanted = isKeyed ? fresh.map((child) => keepOrTake(element, child)) : [...template.content.childNodes];
  arrange(element, [...wanted, ...gone]);
  // What was held back comes when the same content is offered again.
  if (wanted.some((node) => held.delete(node)) || gone.length) sources.delete(element);
  else sources.set(element, text);
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
