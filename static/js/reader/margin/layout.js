// Where the cards stand. Beside their words, where there is room; more than the text is tall are a list of their own beside
// the text, which follows it; in a narrow window the list stands below the text.
//
// Nothing is measured twice: word places are kept until the text changes its size, heights come from one observer, and a
// card is moved by `translate`, which lays nothing out. Measuring every card on each change took up to 4.5 s at 983 claims.
//
// A long list is cut into chunks (annotations/reader/drawing.py), and the browser lays out only those near the window
// (`content-visibility`): finding in the page, printing and screen readers still have every row. With 10,000 rows each
// stacked beside the text, the page grew ten times longer than the article and opening it took 5 s.

import { firstIndex } from "../first-index.js";
import { oncePerFrame } from "../frame.js";
import { stack } from "../place.js";
import { createPlaces } from "./places.js";

const GAP_PX = 10;
// A closed card with everything on it; more of them than the text is tall, and they shrink to a line or two each.
const CARD_PX = 130;
// Cards glide to their places up to this many; more that are taller than the text are a list. Up to as many come whole.
const MOST_GLIDING = 60;
// In windows above and below: farther cards wait until one comes near.
const NEARBY = 1.5;
// Where the words stand that one reads.
const EYE_LEVEL = 0.35;
const EDGE_PX = 4;
// So long after the last scrolling the list follows farther than its own height.
const REST_MS = 100;
const FIELDS = "input, textarea, select";

const isRow = (card) => card.classList.contains("is-row");

// `cards()` are the shown cards in order, `open()` the one that gets its wanted place, `active()` the current one.
// `onPlaced(isNew)` runs after each layout; `isNew` where the words' places were measured anew.
export function createLayout({ offsets, margin, list, cards, open, active, onPlaced }) {
  const places = createPlaces(offsets);
  const heights = new Map();
  const moved = new WeakMap();
  let isBeside = false;
  let isListed = false;
  let rowHeight = 0;
  let isNew = true;
  let placed = [];
  let tops = [];
  let counted = null;
  let textSize = "";
  let following = 0;

  function heightOf(card) {
    if (isRow(card)) {
      rowHeight ||= card.offsetHeight;
      return rowHeight;
    }
    if (!heights.has(card.id)) heights.set(card.id, card.offsetHeight);
    return heights.get(card.id);
  }

  function hasRoomBeside() {
    const text = offsets.root.getBoundingClientRect();
    const side = margin.getBoundingClientRect();
    return side.left >= text.right - 1 || side.right <= text.left + 1;
  }

  function move(card, top) {
    if ((moved.get(card) ?? null) === top) return;
    moved.set(card, top);
    if (top === null) card.style.removeProperty("translate");
    else card.style.setProperty("translate", `0 ${top}px`);
  }

  // Move the cards that stand near the window, or would wrongly; a card without a place yet stands at the head.
  function moveNear() {
    if (!placed.length) return;
    // Read before the first move: `innerHeight` lays the page out anew where something was moved.
    const [head, height] = [-list.getBoundingClientRect().top, innerHeight];
    const isNear = (top) => top > head - NEARBY * height && top < head + (NEARBY + 1) * height;
    for (const [i, card] of placed.entries()) {
      const before = moved.get(card) ?? null;
      if (before === null || isNear(before) || isNear(tops[i])) move(card, tops[i]);
    }
  }

  // Returns whether the shape is another one.
  function setShape(shown) {
    const before = margin.className;
    const isMany = shown.length > MOST_GLIDING;
    isBeside = hasRoomBeside();
    const isDense = isBeside && shown.length * CARD_PX > offsets.root.offsetHeight;
    isListed = isDense && isMany;
    margin.classList.add("is-ready");
    margin.classList.toggle("is-aligned", isBeside && !isListed);
    margin.classList.toggle("is-listed", isListed);
    margin.classList.toggle("is-many", isMany);
    margin.classList.toggle("is-dense", isDense);
    if (margin.className === before) return false;
    // What scrolls must be reached by keys.
    if (isListed) list.tabIndex = 0;
    else list.removeAttribute("tabindex");
    heights.clear();
    rowHeight = 0;
    observe();
    return true;
  }

  // A chunk that was never near the window has the height of its rows.
  function sizeChunks(shown) {
    if (shown === counted) return;
    counted = shown;
    const counts = new Map();
    for (const { parentElement } of shown) counts.set(parentElement, (counts.get(parentElement) ?? 0) + 1);
    for (const chunk of list.children) {
      const count = counts.get(chunk) ?? 0;
      chunk.hidden = shown.length > 0 && !count;
      chunk.style.setProperty("contain-intrinsic-block-size", `auto calc(${count} * var(--row-pitch))`);
    }
  }

  // Reads everything before it writes anything.
  function placeNow() {
    const shown = cards();
    const isOther = setShape(shown);
    sizeChunks(shown);
    if (isBeside && !isListed && shown.length) placeBeside(shown);
    else {
      placed = [];
      list.style.removeProperty("height");
      for (const card of shown) move(card, null);
      // Not for a colleague's mark: nothing moves under who reads the list.
      if (isOther || isNew) follow();
    }
    onPlaced(isNew);
    isNew = false;
  }

  function placeBeside(shown) {
    const head = offsets.root.getBoundingClientRect().top - list.getBoundingClientRect().top;
    const wishes = shown.map((card) => places.topOf(card) + head);
    const sizes = shown.map(heightOf);
    placed = shown;
    tops = stack(wishes, sizes, { gap: GAP_PX, active: shown.indexOf(open()) }).map(Math.round);
    moveNear();
    list.style.setProperty("height", `${Math.ceil(tops.at(-1) + sizes.at(-1))}px`);
  }

  // The current card while its words are seen, else the one whose words stand where one reads.
  function guide(head) {
    const current = active();
    const at = current ? places.topOf(current) + head : -1;
    if (at >= 0 && at < innerHeight) return current;
    const shown = cards();
    const next = firstIndex(shown, (card) => places.roughTopOf(card) + head >= innerHeight * EYE_LEVEL);
    return shown[Math.min(next, shown.length - 1)];
  }

  // Scroll the list so that a card of the words that are seen stands beside them. What is written in keeps its place.
  function follow(card = null) {
    if (!isListed || (!card && list.contains(document.activeElement) && document.activeElement.matches(FIELDS))) return;
    const head = offsets.root.getBoundingClientRect().top;
    const beside = card ?? guide(head);
    const [view, own] = [list.getBoundingClientRect(), beside.getBoundingClientRect()];
    const lowest = Math.min(view.bottom, innerHeight) - own.height - EDGE_PX;
    const wanted = Math.max(view.top + EDGE_PX, Math.min(places.topOf(beside) + head, lowest));
    list.scrollTop += own.top - wanted;
  }

  // While one scrolls. Ten thousand rows that fly past are read by nobody, and laying them out was garbage to collect of up
  // to 143 ms: what is farther than the list is high is gone to at rest.
  function followSoon() {
    clearTimeout(following);
    const head = offsets.root.getBoundingClientRect().top;
    const far = Math.abs(guide(head).getBoundingClientRect().top - list.getBoundingClientRect().top);
    if (far < 2 * list.clientHeight) follow();
    else following = setTimeout(follow, REST_MS);
  }

  // The cards that are wanted, of those less than a window above or below what is seen.
  function near(isWanted) {
    if (placed.length) {
      const [head, height] = [-list.getBoundingClientRect().top, innerHeight];
      const from = firstIndex(tops, (top) => top > head - height);
      const to = firstIndex(tops, (top) => top > head + 2 * height);
      return placed.slice(Math.max(0, from - 1), to).filter(isWanted);
    }
    const view = isListed ? list.getBoundingClientRect() : { top: 0, bottom: innerHeight };
    const height = view.bottom - view.top;
    const isNear = (element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return bottom > view.top - height && top < view.bottom + height;
    };
    const wanted = cards().filter(isWanted);
    const chunks = [...new Set(wanted.map((card) => card.parentElement))].filter(isNear);
    return wanted.filter((card) => chunks.includes(card.parentElement) && isNear(card));
  }

  function measureAnew() {
    places.forget();
    isNew = true;
  }

  // The observer also tells of the size that was known, whenever it begins to observe.
  function noteTextSize({ inlineSize, blockSize }) {
    const size = `${inlineSize} ${blockSize}`;
    if (size !== textSize) measureAnew();
    textSize = size;
  }

  const place = oncePerFrame(placeNow);
  const sizes = new ResizeObserver((entries) => {
    for (const { target, borderBoxSize } of entries) {
      if (target === offsets.root) noteTextSize(borderBoxSize[0]);
      else if (target !== margin) heights.set(target.id, borderBoxSize[0].blockSize);
    }
    place();
  });

  // Watch the sizes of what the list holds now, where they count. A row has one height for all.
  function observe() {
    sizes.disconnect();
    sizes.observe(offsets.root);
    sizes.observe(margin);
    if (isBeside && !isListed) for (const card of cards()) if (!isRow(card)) sizes.observe(card);
  }

  addEventListener(
    "scroll",
    oncePerFrame(() => (isListed ? followSoon() : moveNear())),
    { passive: true },
  );

  return {
    place,
    placeNow,
    moveNear,
    follow,
    near,
    observe,
    topOf: places.topOf,
    roughTopOf: places.roughTopOf,
    isBeside: () => isBeside,
    isListed: () => isListed,
    // Its shape changes now: measured by the next layout, not by the frame after.
    remeasure: (card) => heights.delete(card?.id),
    forget() {
      measureAnew();
      place();
    },
  };
}
