// The small bar that offers what can be done with the selected words. It never takes the selection or the focus by
// itself: Tab from the article enters it, Escape leaves it.

import { gettext } from "../../ui/words.js";
import { oncePerFrame } from "../frame.js";
import { anchorOf, moveTo, placeBeside } from "../place.js";

// Between a press on the bar and its click a touch screen may drop the selection; the bar must not vanish for that.
const PRESS_MS = 600;
const EDGE_PX = 8;

const ACTIONS = [
  { id: "claim", label: gettext("Claim"), key: "c", step: "what" },
  { id: "also", label: gettext("Also here"), key: "a", step: "what" },
  { id: "evidence", label: gettext("Evidence"), key: "e", step: "what" },
  { id: "supports", label: gettext("Supports"), key: "s", step: "stance" },
  { id: "refutes", label: gettext("Refutes"), key: "r", step: "stance" },
  { id: "context", label: gettext("Context"), key: "x", step: "stance" },
];

function button({ id, label, key, step }) {
  const element = document.createElement("button");
  element.type = "button";
  element.dataset.action = id;
  element.dataset.step = step;
  if (step === "stance") element.dataset.stance = id;
  element.setAttribute("aria-keyshortcuts", key);
  const hint = document.createElement("kbd");
  hint.textContent = key;
  hint.setAttribute("aria-hidden", "true");
  element.append(`${label} `, hint);
  return element;
}

// The server may send the bar (with icons); its buttons then carry `data-action` and, for stances, `data-step="stance"`.
function findOrBuild() {
  const found = document.querySelector(".selection-bar");
  if (found) return found;
  const bar = document.createElement("div");
  bar.className = "selection-bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", gettext("Selected words"));
  bar.hidden = true;
  bar.append(...ACTIONS.map(button));
  document.body.append(bar);
  return bar;
}

// `onAction(id)` is one of claim, also, evidence, supports, refutes, context. `canAct(id)` greys out what is not possible now.
// `firstStep()` names the buttons that a fresh selection gets: "what", or "reattach" while a passage seeks its words.
export function createBar({ offsets, onAction, canAct = () => true, onHide = () => {}, firstStep = () => "what" }) {
  const bar = findOrBuild();
  const buttons = [...bar.querySelectorAll("button[data-action]")];
  let target = null;
  let how = {};
  let step = "what";
  let pressedAt = -PRESS_MS;

  const shown = () => buttons.filter((item) => !item.hidden && !item.disabled);

  function place() {
    if (!target) return;
    const range = offsets.rangeOf(target.start, target.end);
    if (!range) return;
    const { rect, below } = anchorOf([...range.getClientRects()], how);
    const head = document.querySelector(".reader-bar")?.getBoundingClientRect().bottom ?? 0;
    const size = bar.getBoundingClientRect();
    const text = offsets.root.getBoundingClientRect();
    const view = { width: document.documentElement.clientWidth, height: innerHeight, top: Math.max(0, head) };
    // Over the text, not over the cards beside it, where the text is wide enough.
    if (text.width > size.width) Object.assign(view, { left: text.left - EDGE_PX, width: text.right + EDGE_PX });
    moveTo(bar, placeBeside(rect, size, view, { below }));
  }

  function setStep(next) {
    step = next;
    for (const item of buttons) {
      item.hidden = (item.dataset.step ?? "what") !== step;
      item.disabled = !canAct(item.dataset.action);
    }
    bar.setAttribute(
      "aria-label",
      step === "stance" ? gettext("How does the passage bear on the claim?") : gettext("Selected words"),
    );
    rove(shown()[0]);
    place();
  }

  function rove(current) {
    for (const item of buttons) item.tabIndex = item === current ? 0 : -1;
  }

  function show(next, from = {}) {
    target = next;
    how = from;
    bar.hidden = false;
    setStep(firstStep());
  }

  function hide() {
    if (bar.hidden) return;
    const hadFocus = bar.contains(document.activeElement);
    bar.hidden = true;
    target = null;
    if (hadFocus) offsets.root.focus({ preventScroll: true });
    onHide();
  }

  // Asks for the stance; the keys s, r, x answer as well as the buttons.
  function askStance() {
    const hadFocus = bar.contains(document.activeElement);
    setStep("stance");
    if (hadFocus) shown()[0]?.focus();
  }

  function move(by) {
    const items = shown();
    const next = items[(items.indexOf(document.activeElement) + by + items.length) % items.length];
    rove(next);
    next?.focus();
  }

  const forward = () => (getComputedStyle(bar).direction === "rtl" ? -1 : 1);
  const moves = {
    ArrowRight: () => move(forward()),
    ArrowLeft: () => move(-forward()),
    Home: () => shown()[0]?.focus(),
    End: () => shown().at(-1)?.focus(),
    Escape: () => (step === "stance" ? setStep(firstStep()) : hide()),
  };

  bar.addEventListener("keydown", (event) => {
    if (!moves[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]();
  });
  // A press would clear the selection; a click still arrives.
  bar.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pressedAt = performance.now();
  });
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("click", (event) => {
    const item = event.target.closest("button[data-action]");
    if (item && !item.disabled) onAction(item.dataset.action);
  });
  document.addEventListener("keydown", (event) => {
    const isFree = document.activeElement === document.body || offsets.root.contains(document.activeElement);
    if (event.key !== "Tab" || event.shiftKey || bar.hidden || !isFree) return;
    event.preventDefault();
    shown()[0]?.focus();
  });
  const placeSoon = oncePerFrame(place);
  for (const type of ["scroll", "resize"]) addEventListener(type, placeSoon, { passive: true, capture: true });

  return {
    element: bar,
    show,
    hide,
    askStance,
    place,
    back: () => setStep(firstStep()),
    target: () => target,
    step: () => (bar.hidden ? null : step),
    isPressed: () => performance.now() - pressedAt < PRESS_MS,
  };
}
