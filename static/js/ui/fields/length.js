// Fields with `data-most="2000"`: nothing is cut, as `maxlength` would cut a pasted text without a word. Near the bound a count
// shows below the field; beyond it the form is not sent, and the words stay.

import { element } from "../element.js";
import { announce } from "../notices/announce.js";
import { gettext, interpolate, ngettext } from "../words.js";

const SHOWN_FROM = 0.9;
const counts = new WeakMap();

function countOf(field) {
  if (!counts.has(field)) counts.set(field, element("p", "field-hint num"));
  const count = counts.get(field);
  // A form that was exchanged has its field anew, one that was reset has it without its count.
  if (!count.isConnected) field.after(count);
  return count;
}

// In code points, as the server counts.
function measure(field) {
  const [length, most] = [[...field.value].length, Number(field.dataset.most)];
  const over = length - most;
  const wasOver = field.validity.customError;
  const words = over > 0 && ngettext("%(over)s character too many", "%(over)s characters too many", over);
  const message =
    over > 0
      ? interpolate(gettext("%(words)s: shorten it, nothing was cut."), { words: interpolate(words, { over }) })
      : "";
  field.setCustomValidity(message);
  if (over > 0) field.setAttribute("aria-invalid", "true");
  else if (wasOver) field.removeAttribute("aria-invalid");
  if (over > 0 && !wasOver) announce(message);
  if (length < most * SHOWN_FROM) return counts.get(field)?.remove();
  const count = countOf(field);
  count.classList.toggle("field-error", over > 0);
  count.textContent = message || interpolate(gettext("%(length)s of %(most)s characters"), { length, most });
}

export function startLengths() {
  document.addEventListener("input", ({ target }) => {
    if (target.dataset?.most) measure(target);
  });
}
