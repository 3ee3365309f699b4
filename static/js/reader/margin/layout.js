// Where the cards stand: beside their words where there is room, a plain list below the text elsewhere.
//
// Nothing is measured twice: word places are kept until the text changes its size, heights come from one observer, and a
// card is moved by `translate`, which lays nothing out. Measuring every card on each change took up to 4.5 s at 983 claims.
// Cards far from the window are moved when the browser is idle: styling all that follow an opened card took 80 ms.

import { oncePerFrame } from "../frame.js";
import { stack } from "../place.js";

const GAP_PX = 10;
// A closed card with everything on it; more of them than the text is tall, and they shrink to a line or two each.
const CARD_PX = 130;
// Cards glide to their places up to this many.
const MOST_GLIDING = 60;
// In windows above and below: farther cards may wait. More than fill.js looks at.
const NEARBY = 1.5;
const AT_ONCE = 100;
const whenIdle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 50)); // Safari has none

const isRow = (card) => card.classList.contains("is-row");

// `cards()` are the shown cards in order, `open()` the one that gets its wanted place. `onPlaced(isNew)` runs after each layout;
// `isNew` where the words' places were measured anew.
export function createLayout({ offsets, margin, list, cards, open, onPlaced }) {
  const wanted = new Map();
  const heights = new Map();
  const places = new WeakMap();
  let isBeside = false;
  let rowHeight = 0;
  let isNew = true;
  let placed = [];
  let tops = [];
  let isIdling = false;

  // The place of the card's first character, from the article's head.
  function topOf(card) {
    if (wanted.has(card.id)) return wanted.get(card.id);
    const start = Number(card.dataset.start);
    const words = offsets.rangeOf(start, start + 1)?.getBoundingClientRect();
    const top = words ? words.top - offsets.root.getBoundingClientRect().top : 0;
    wanted.set(card.id, top);
    return top;
  }

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
    if (places.get(card) === top) return false;
    places.set(card, top);
    if (top === null) card.style.removeProperty("translate");
    else card.style.setProperty("translate", `0 ${top}px`);
    return true;
  }

  // Move the cards that stand near the window, or would wrongly; a card without a place yet stands at the head.
  function moveNear() {
    // Read before the first move: `innerHeight` lays the page out anew where something was moved.
    const [head, height] = [-list.getBoundingClientRect().top, innerHeight];
    const isNear = (top) => top > head - NEARBY * height && top < head + (NEARBY + 1) * height;
    let isAllPlaced = true;
    for (const [i, card] of placed.entries()) {
      const before = places.get(card) ?? null;
      if (before === tops[i]) continue;
      if (before === null || isNear(before) || isNear(tops[i])) move(card, tops[i]);
      else isAllPlaced = false;
    }
    if (!isAllPlaced) moveWhenIdle();
  }

  function moveWhenIdle() {
    if (isIdling) return;
    isIdling = true;
    whenIdle(() => {
      isIdling = false;
      let count = 0;
      for (const [i, card] of placed.entries()) {
        if (count >= AT_ONCE) return moveWhenIdle();
        if (move(card, tops[i])) count += 1;
      }
    });
  }

  function setShape(shown) {
    const before = margin.className;
    isBeside = hasRoomBeside();
    margin.classList.add("is-ready");
    margin.classList.toggle("is-aligned", isBeside);
    margin.classList.toggle("is-many", shown.length > MOST_GLIDING);
    margin.classList.toggle("is-dense", isBeside && shown.length * CARD_PX > offsets.root.offsetHeight);
    if (margin.className === before) return;
    heights.clear();
    rowHeight = 0;
  }

  // Reads everything before it writes anything.
  function placeNow() {
    const shown = cards();
    setShape(shown);
    if (isBeside && shown.length) placeBeside(shown);
    else {
      placed = [];
      list.style.removeProperty("height");
      for (const card of shown) move(card, null);
    }
    onPlaced(isNew);
    isNew = false;
  }

  function placeBeside(shown) {
    const head = offsets.root.getBoundingClientRect().top - list.getBoundingClientRect().top;
    const wishes = shown.map((card) => topOf(card) + head);
    const sizes = shown.map(heightOf);
    placed = shown;
    tops = stack(wishes, sizes, { gap: GAP_PX, active: shown.indexOf(open()) }).map(Math.round);
    moveNear();
    list.style.setProperty("height", `${Math.ceil(tops.at(-1) + sizes.at(-1))}px`);
  }

  function measureAnew() {
    wanted.clear();
    isNew = true;
  }

  const place = oncePerFrame(placeNow);
  const sizes = new ResizeObserver((entries) => {
    for (const { target, borderBoxSize } of entries) {
      if (target === offsets.root) measureAnew();
      else if (target !== margin) heights.set(target.id, borderBoxSize[0].blockSize);
    }
    place();
  });

  addEventListener("scroll", oncePerFrame(moveNear), { passive: true });

  return {
    place,
    placeNow,
    moveNear,
    topOf,
    isBeside: () => isBeside,
    // Watch the sizes of what the list holds now. A row has one height for all.
    observe() {
      sizes.disconnect();
      sizes.observe(offsets.root);
      sizes.observe(margin);
      for (const card of cards()) if (!isRow(card)) sizes.observe(card);
    },
    watch: (card) => sizes.observe(card),
    // Its shape changes now: measured by the next layout, not by the frame after.
    remeasure: (card) => heights.delete(card?.id),
    forget() {
      measureAnew();
      place();
    },
  };
}
