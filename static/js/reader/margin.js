// The claim cards: beside their words where there is room, a plain list below the text elsewhere. Cards are real list
// items in document order; this module only places, links and walks them.

import { ensureMore } from "./card-more.js";
import { oncePerFrame } from "./frame.js";
import { stack } from "./place.js";

const GAP_PX = 10;
const EYE_LEVEL = 0.35;
const SHEET_EYE_LEVEL = 0.2;
// A closed card with everything on it; more of them than the text is tall, and they shrink to a line or two each.
const CARD_PX = 130;

function hasRoomBeside(article, margin) {
  const text = article.getBoundingClientRect();
  const side = margin.getBoundingClientRect();
  return side.left >= text.right - 1 || side.right <= text.left + 1;
}

function rangeOfCard(offsets, card) {
  return offsets.rangeOf(Number(card.dataset.start), Number(card.dataset.end));
}

// Lays the cards out; reads everything before it writes anything.
function layOut({ offsets, margin, list, active }) {
  const isBeside = hasRoomBeside(offsets.root, margin);
  margin.classList.toggle("is-aligned", isBeside);
  const cards = [...list.querySelectorAll(".claim-card")];
  margin.classList.toggle("is-dense", isBeside && cards.length * CARD_PX > offsets.root.offsetHeight);
  if (!isBeside || !cards.length) return unplace(list, cards);
  const top = list.getBoundingClientRect().top;
  const wanted = cards.map((card) => (rangeOfCard(offsets, card)?.getBoundingClientRect().top ?? top) - top);
  const heights = cards.map((card) => card.offsetHeight);
  const tops = stack(wanted, heights, { gap: GAP_PX, active: cards.indexOf(active) });
  for (const [i, card] of cards.entries()) card.style.setProperty("top", `${Math.round(tops[i])}px`);
  list.style.setProperty("height", `${Math.ceil(tops.at(-1) + heights.at(-1))}px`);
}

function unplace(list, cards) {
  list.style.removeProperty("height");
  for (const card of cards) card.style.removeProperty("top");
}

// `onActive(card)` is told which card is in focus or under the pointer, null when none is.
export function createMargin({ offsets, margin, announce, onActive }) {
  const list = () => margin.querySelector(".claim-list");
  const cards = () => [...margin.querySelectorAll(".claim-card")];
  const cardById = (id) => {
    const card = id && document.getElementById(id);
    return card && margin.contains(card) ? card : undefined;
  };
  let activeId = null;
  let lastId = null;
  let openId = null;
  let isHovered = false;
  const active = () => cardById(activeId);

  // The open card shows its form and gets its wanted place. The pointer only lights cards up: a card must not jump away
  // under it.
  const placeNow = () => list() && layOut({ offsets, margin, list: list(), active: cardById(openId) });
  const place = oncePerFrame(placeNow);
  const sizes = new ResizeObserver(place);
  const observeCards = () => {
    sizes.disconnect();
    sizes.observe(offsets.root);
    sizes.observe(margin);
    for (const card of cards()) sizes.observe(card);
  };

  function open(card) {
    if (openId === (card?.id ?? null)) return;
    cardById(openId)?.classList.remove("is-open");
    openId = card?.id ?? null;
    lastId = openId ?? lastId;
    ensureMore(card);
    card?.classList.add("is-open");
    place();
  }

  function setActive(card) {
    if (activeId === (card?.id ?? null)) return;
    closeSheet();
    active()?.classList.remove("is-active");
    activeId = card?.id ?? null;
    card?.classList.add("is-active");
    onActive(card ?? null);
  }

  // The card under the mouse; the focused card keeps its place.
  function hover(card) {
    if (margin.contains(document.activeElement)) return;
    if (card || isHovered) setActive(card);
    isHovered = card !== null;
  }

  function closeSheet() {
    for (const card of margin.querySelectorAll(".is-sheet")) card.classList.remove("is-sheet");
  }

  function bringIntoView(card) {
    const words = rangeOfCard(offsets, card)?.getBoundingClientRect();
    const isAside = margin.classList.contains("is-aligned");
    // On a phone the card rises over the lower half.
    const [floor, eye] = isAside ? [0.9, EYE_LEVEL] : [0.42, SHEET_EYE_LEVEL];
    const isSeen = words && words.top > innerHeight * 0.15 && words.bottom < innerHeight * floor;
    if (words && !isSeen) scrollBy({ top: words.top - innerHeight * eye, behavior: "instant" });
    const own = card.getBoundingClientRect();
    if (isAside && (own.bottom < 0 || own.top > innerHeight))
      card.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  // Make the card the current one: focus it, scroll its words into view, announce it. `focus: false` leaves the focus.
  function activate(card, { focus = true } = {}) {
    if (!card) return;
    closeSheet();
    setActive(card);
    open(card);
    placeNow();
    if (!focus) return;
    bringIntoView(card);
    card.classList.toggle("is-sheet", !margin.classList.contains("is-aligned"));
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
    const all = cards();
    const statement = card.querySelector(".claim-card-statement")?.textContent.trim() ?? "";
    announce(`Claim ${all.indexOf(card) + 1} of ${all.length}: ${statement}`);
  }

  // The first card whose words are not above the window, for the first j or k.
  function nearest(all, by) {
    const below = all.findIndex((card) => (rangeOfCard(offsets, card)?.getBoundingClientRect().bottom ?? -1) > 0);
    if (by > 0) return below < 0 ? all.length - 1 : below;
    return below < 0 ? all.length - 1 : Math.max(0, below - 1);
  }

  // Walk by +1 or -1; announce the end and stay there.
  function step(by) {
    const all = cards();
    if (!all.length) return announce("No claims in this article yet. Select words and press c.");
    const current = all.indexOf(active());
    const next = current < 0 ? nearest(all, by) : current + by;
    if (next < 0 || next >= all.length) {
      // A claim that was just marked is current without the focus: the key brings it there.
      if (!all[current].contains(document.activeElement)) return activate(all[current]);
      return announce(by > 0 ? "That was the last claim." : "That was the first claim.");
    }
    activate(all[next]);
  }

  const cardAt = (event) => event.target.closest?.(".claim-card") ?? null;
  margin.addEventListener("focusin", (event) => {
    setActive(cardAt(event));
    open(cardAt(event));
  });
  margin.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && !margin.contains(document.activeElement)) setActive(cardAt(event));
  });
  margin.addEventListener("click", (event) => {
    if (event.target.closest("[data-sheet-close]")) {
      closeSheet();
      setActive(null);
      open(null);
      return offsets.root.focus({ preventScroll: true });
    }
    if (!event.target.closest("a, button, input, select, textarea, label")) activate(cardAt(event));
  });
  observeCards();
  document.fonts?.ready.then(place);
  place();

  return {
    step,
    activate,
    setActive,
    open,
    hover,
    closeSheet,
    place,
    active,
    // The card that was worked on last, open or not.
    last: () => cardById(lastId),
    labelOf: (card) => {
      const stance = card.querySelector(".is-head .badge")?.textContent.trim();
      const words =
        card.querySelector(".claim-card-statement[data-field], .claim-card-statement > a") ??
        card.querySelector(".claim-card-quote");
      return [stance, words?.textContent.trim()].filter(Boolean).join(": ");
    },
    cardOf: (span) => cardById(`evidence-${span.id}`) ?? cardById(`claim-${span.claim}`),
    // After the list's content was replaced.
    refresh() {
      const card = active() ?? null;
      activeId = card?.id ?? null;
      card?.classList.add("is-active");
      ensureMore(cardById(openId));
      cardById(openId)?.classList.add("is-open");
      onActive(card);
      observeCards();
      place();
    },
  };
}
