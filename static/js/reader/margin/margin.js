// The claim cards: which is current, which is open, and how one walks them. Where they stand is margin/layout.js, which are
// shown margin/filter.js, which are whole margin/fill.js. Cards are real list items in document order.

import { hint } from "../../ui/notices/hint.js";
import { toastRefusal } from "../../ui/notices/toast.js";
import { gettext, interpolate } from "../../ui/words.js";
import { firstIndex } from "../first-index.js";
import { ensureMore } from "./card-more.js";
import { createFill, isRow } from "./fill.js";
import { createFilter } from "./filter.js";
import { createLayout } from "./layout.js";
import { createOverview } from "./overview.js";

const EYE_LEVEL = 0.35;
const SHEET_EYE_LEVEL = 0.2;

function labelOf(card) {
  const stance = card.querySelector(".is-head .badge")?.textContent.trim();
  const words =
    card.querySelector(".claim-card-statement[data-field], .claim-card-statement > a") ??
    card.querySelector(".claim-card-quote") ??
    card.querySelector(".claim-card-statement");
  return [stance, words?.textContent.trim()].filter(Boolean).join(": ");
}

// `onActive(card)` is told which card is in focus or under the pointer, null when none is. `cardsUrl` answers whole cards.
export function createMargin({ offsets, margin, announce, onActive, cardsUrl }) {
  const screen = margin.closest(".reader-screen");
  const list = margin.querySelector(".claim-list");
  // Kept until the list or the filter changes: with 10,000 cards each look into the page would be felt.
  let every = null;
  let shown = null;
  const all = () => (every ??= [...list.querySelectorAll(".claim-card")]);
  const cards = () => (shown ??= all().filter((card) => !card.hidden));
  const cardById = (id) => {
    const card = id && document.getElementById(id);
    return card && margin.contains(card) ? card : undefined;
  };
  let activeId = null;
  let lastId = null;
  let openId = null;
  let isHovered = false;
  let sheet = null;
  let hasNewsRows = null;
  const active = () => cardById(activeId);

  // The open card shows its form and gets its wanted place. The pointer only lights cards up: a card must not jump away
  // under it.
  const layout = createLayout({
    offsets,
    margin,
    list,
    cards,
    open: () => cardById(openId),
    active,
    onPlaced(isNew) {
      if (isNew) overview.draw();
      fill.look();
    },
  });
  const isToFill = (card) => (!layout.isListed() || card.hasAttribute("data-news")) && isRow(card);
  // In a list rows with news alone are filled; while it scrolls nobody looks through ten thousand for one.
  const isAnyToFill = () =>
    !layout.isListed() || (hasNewsRows ??= all().some((card) => card.hasAttribute("data-news") && isRow(card)));
  const near = () => (isAnyToFill() ? layout.near(isToFill) : []);
  const fill = createFill({ near, url: cardsUrl, onFilled: showFilled });
  const filter = createFilter({
    bar: margin.querySelector("[data-claim-filter]"),
    cards: all,
    onFiltered() {
      shown = null;
      if (active()?.hidden) setActive(null);
      overview.draw();
      layout.placeNow();
      layout.follow();
    },
  });
  const overview = createOverview({
    strip: screen?.querySelector("[data-overview]"),
    root: offsets.root,
    cards,
    topOf: layout.roughTopOf,
    labelOf,
    active,
    go: (card, { focus }) => (focus ? activate(card) : show(card)),
  });

  // A card that the server refuses stays a row, which can be read.
  const whole = (card) => (card ? fill.now(card).catch(toastRefusal) : Promise.resolve());

  function showFilled(filled) {
    hasNewsRows = null;
    for (const card of filled) if (card.id === openId) ensureMore(card);
    layout.observe();
    onActive(active() ?? null);
    layout.place();
  }

  function open(card) {
    if (openId === (card?.id ?? null)) return;
    const before = cardById(openId);
    before?.classList.remove("is-open");
    layout.remeasure(before);
    openId = card?.id ?? null;
    lastId = openId ?? lastId;
    if (isRow(card)) whole(card);
    else ensureMore(card);
    card?.classList.add("is-open");
    layout.remeasure(card);
    layout.place();
  }

  function setActive(card) {
    if (activeId === (card?.id ?? null)) return;
    closeSheet();
    active()?.classList.remove("is-active");
    activeId = card?.id ?? null;
    card?.classList.add("is-active");
    onActive(card ?? null);
    overview.mark();
  }

  // The card under the mouse; the focused card keeps its place.
  function hover(card) {
    if (margin.contains(document.activeElement)) return;
    if (card || isHovered) setActive(card);
    isHovered = card !== null;
  }

  function closeSheet() {
    cardById(sheet)?.classList.remove("is-sheet");
    sheet = null;
  }

  const rangeOfCard = ({ dataset }) => offsets.rangeOf(Number(dataset.start), Number(dataset.end));

  function bringIntoView(card) {
    const words = rangeOfCard(card)?.getBoundingClientRect();
    const isAside = layout.isBeside();
    // On a phone the card rises over the lower half.
    const [floor, eye] = isAside ? [0.9, EYE_LEVEL] : [0.42, SHEET_EYE_LEVEL];
    const isSeen = words && words.top > innerHeight * 0.15 && words.bottom < innerHeight * floor;
    if (words && !isSeen) scrollBy({ top: words.top - innerHeight * eye, behavior: "instant" });
    layout.moveNear();
    layout.follow(card);
    const own = card.getBoundingClientRect();
    if (isAside && (own.bottom < 0 || own.top > innerHeight))
      card.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  // Make the card the current one: focus it, scroll its words into view, announce it. `focus: false` leaves the focus.
  function activate(card, { focus = true } = {}) {
    if (!card) return;
    if (card.hidden) filter.showAll();
    closeSheet();
    setActive(card);
    open(card);
    layout.placeNow();
    layout.follow(card);
    if (!focus) return;
    bringIntoView(card);
    if (!layout.isBeside()) {
      sheet = card.id;
      card.classList.add("is-sheet");
    }
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
    const statement = card.querySelector(".claim-card-statement")?.textContent.trim() ?? "";
    announce(
      interpolate(gettext("Claim %(at)s of %(total)s: %(statement)s"), {
        at: cards().indexOf(card) + 1,
        total: cards().length,
        statement,
      }),
    );
  }

  // Make the card current and bring its words into view; the focus stays where it is.
  function show(card) {
    setActive(card);
    layout.placeNow();
    bringIntoView(card);
  }

  // The first card whose words are not above the window, for the first j or k.
  function nearest(shown, by) {
    const head = -offsets.root.getBoundingClientRect().top;
    const below = firstIndex(shown, (card) => layout.topOf(card) > head);
    if (below === shown.length) return below - 1;
    return by > 0 ? below : Math.max(0, below - 1);
  }

  // Walk by +1 or -1; announce the end and stay there.
  function step(by) {
    const shown = cards();
    if (!shown.length) return hint(gettext("No claims in this article yet. Select words and press c."));
    const current = shown.indexOf(active());
    const next = current < 0 ? nearest(shown, by) : current + by;
    if (next < 0 || next >= shown.length) {
      // A claim that was just marked is current without the focus: the key brings it there.
      if (!shown[current].contains(document.activeElement)) return activate(shown[current]);
      return hint(by > 0 ? gettext("That was the last claim.") : gettext("That was the first claim."));
    }
    activate(shown[next]);
  }

  const cardAt = (event) => event.target.closest?.(".claim-card") ?? null;
  margin.addEventListener("focusin", (event) => {
    if (event.target === list) return; // to scroll it
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
  document.fonts?.ready.then(layout.forget);
  layout.placeNow();

  return {
    step,
    activate,
    setActive,
    open,
    hover,
    closeSheet,
    place: layout.place,
    active,
    // Resolves when the card has its form and menu, or can have none.
    whole,
    // The card that was worked on last, open or not.
    last: () => cardById(lastId),
    labelOf,
    cardOf: (span) => cardById(`evidence-${span.id}`) ?? cardById(`claim-${span.claim}`),
    // After the list's content was replaced.
    refresh() {
      every = shown = hasNewsRows = null;
      const card = active() ?? null;
      activeId = card?.id ?? null;
      card?.classList.add("is-active");
      if (!isRow(cardById(openId))) ensureMore(cardById(openId));
      cardById(openId)?.classList.add("is-open");
      onActive(card);
      filter.refresh();
      shown = null;
      overview.draw();
      layout.observe();
      layout.place();
    },
  };
}
