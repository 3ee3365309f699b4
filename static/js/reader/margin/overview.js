// A strip beside the article with a tick for each card: where claims stand, at first sight. One slider for all of them,
// since a thousand links would be a thousand stops of the Tab key. Each status has a shape of its own beside its colour.

import { gettext, interpolate } from "../../ui/words.js";
import { oncePerFrame } from "../frame.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 14;
const FAR = 10;

const line = (from, to) => (y) => `M${from} ${y}H${to}`;
const box = (y) => `M4 ${y - 2}h5v4h-5z`;
// Of a claim the length tells how far it got; evidence points up, down or nowhere.
const SHAPES = {
  "claim-parked": line(6, 8),
  "claim-marked": line(4, 10),
  "claim-selected": line(2, 12),
  "claim-checked": line(0, 14),
  "claim-published": (y) => `M0 ${y - 1.5}H14M0 ${y + 1.5}H14`,
  "evidence-supports": (y) => `M3 ${y + 2.5}L7 ${y - 2.5}L11 ${y + 2.5}z`,
  "evidence-refutes": (y) => `M3 ${y - 2.5}L7 ${y + 2.5}L11 ${y - 2.5}z`,
  "evidence-context": box,
};

// `cards()` are the shown cards; `topOf(card)` is about where its words stand from the article's head; `go(card, {focus})` makes it current.
export function createOverview({ strip, root, cards, topOf, labelOf, active, go }) {
  if (!strip) return { draw() {}, mark() {} };
  const picture = strip.querySelector("svg");
  const view = strip.querySelector(".reader-overview-view");
  let height = 0;
  let textHeight = 1;

  const yOf = (card) => Math.round((topOf(card) / textHeight) * (height - 8)) + 4;

  function pathOf(group, d) {
    const path = document.createElementNS(SVG, "path");
    path.dataset.group = group;
    path.setAttribute("d", d);
    return path;
  }

  const draw = oncePerFrame(() => {
    const shown = cards();
    strip.hidden = !shown.length;
    if (strip.hidden) return;
    height = strip.clientHeight;
    textHeight = Math.max(1, root.offsetHeight);
    // Once per place: ten thousand cards share a few hundred.
    const groups = new Map(Object.keys(SHAPES).map((group) => [group, new Set()]));
    for (const card of shown) groups.get(card.dataset.group)?.add(yOf(card));
    picture.setAttribute("viewBox", `0 0 ${WIDTH} ${height}`);
    picture.replaceChildren(
      ...[...groups]
        .filter(([, ys]) => ys.size)
        .map(([group, ys]) => pathOf(group, [...ys].map(SHAPES[group]).join(""))),
    );
    strip.setAttribute("aria-valuemax", shown.length);
    follow();
    mark();
  });

  function mark() {
    const shown = cards();
    const at = shown.indexOf(active());
    picture.querySelector(".is-active")?.remove();
    strip.setAttribute("aria-valuenow", at + 1);
    strip.setAttribute(
      "aria-valuetext",
      at < 0
        ? interpolate(gettext("%(total)s in this article"), { total: shown.length })
        : interpolate(gettext("%(at)s of %(total)s: %(words)s"), {
            at: at + 1,
            total: shown.length,
            words: labelOf(shown[at]),
          }),
    );
    if (at < 0 || !height) return;
    const tick = pathOf("active", `M0 ${yOf(shown[at])}H${WIDTH}`);
    tick.classList.add("is-active");
    picture.append(tick);
  }

  // The part of the article that the window shows.
  function follow() {
    const text = root.getBoundingClientRect();
    const share = (px) => Math.min(1, Math.max(0, px / textHeight));
    const [from, to] = [share(-text.top), share(innerHeight - text.top)];
    view.style.setProperty("translate", `0 ${from * height}px`);
    view.style.setProperty("block-size", `${Math.max(8, (to - from) * height)}px`);
  }

  function goTo(index, focus = false) {
    const shown = cards();
    const card = shown[Math.min(shown.length - 1, Math.max(0, index))];
    if (card) go(card, { focus });
  }

  function nearest(y) {
    const shown = cards();
    const away = (card) => Math.abs(yOf(card) - y);
    return shown.reduce((best, card, i) => (away(card) < away(shown[best]) ? i : best), 0);
  }

  const at = () => cards().indexOf(active());
  const MOVES = {
    ArrowDown: () => goTo(at() + 1),
    ArrowUp: () => goTo(at() - 1),
    PageDown: () => goTo(at() + FAR),
    PageUp: () => goTo(at() - FAR),
    Home: () => goTo(0),
    End: () => goTo(Infinity),
    Enter: () => goTo(at(), true),
  };
  strip.addEventListener("keydown", (event) => {
    if (!MOVES[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    MOVES[event.key]();
  });
  strip.addEventListener("click", (event) => goTo(nearest(event.clientY - strip.getBoundingClientRect().top), true));
  addEventListener(
    "scroll",
    oncePerFrame(() => !strip.hidden && follow()),
    { passive: true },
  );
  new ResizeObserver(draw).observe(strip);

  return { draw, mark };
}
