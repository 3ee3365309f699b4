// Several claims on the same words: a short list under the pointer, the shortest first.

import { gettext } from "../../ui/words.js";
import { moveTo, placeBeside } from "../place.js";

// `labelOf(span)` returns the statement of its claim.
export function createChooser({ onChoose, labelOf }) {
  const list = document.createElement("div");
  list.className = "highlight-chooser menu-panel";
  list.setAttribute("role", "menu");
  list.setAttribute("aria-label", gettext("Claims on these words"));
  list.hidden = true;
  list.style.setProperty("right", "auto");
  document.body.append(list);
  let opener = null;

  function item(span) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "menu-item";
    button.setAttribute("role", "menuitem");
    button.tabIndex = -1;
    button.textContent = labelOf(span) || gettext("Claim without a statement");
    button.dataset.group = span.group;
    button.addEventListener("click", () => {
      close();
      onChoose(span);
    });
    return button;
  }

  function open(spans, x, y) {
    opener = document.activeElement;
    list.replaceChildren(...spans.map(item));
    list.hidden = false;
    const point = { left: x, top: y, bottom: y, width: 0 };
    const view = { width: document.documentElement.clientWidth, height: innerHeight };
    moveTo(list, placeBeside(point, list.getBoundingClientRect(), view, { below: true }));
    list.firstElementChild?.focus();
  }

  function close() {
    if (list.hidden) return;
    const hadFocus = list.contains(document.activeElement);
    list.hidden = true;
    if (hadFocus) opener?.focus?.({ preventScroll: true });
  }

  function move(by) {
    const items = [...list.children];
    items[(items.indexOf(document.activeElement) + by + items.length) % items.length]?.focus();
  }

  const moves = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Escape: close, Tab: close };
  list.addEventListener("keydown", (event) => {
    if (!moves[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!list.contains(event.target)) close();
  });

  return { open };
}
