// Rows become cards when they come near the window: a page with a thousand claims is sent with two dozen cards and rows
// that hold a statement each, so that finding in the page and printing have their words.

import { request } from "../../ui/api.js";
import { parse } from "../fragments.js";

const PAUSE_MS = 80;
// In windows above and below.
const NEARBY = 1;
// Rows filled together: sixty were a task of 400 ms while scrolling, on a busy machine. The server allows 60 claims.
const MOST = 12;

export const isRow = (card) => Boolean(card?.classList.contains("is-row"));

// In place: whoever has the focus keeps it, and the card its position.
function fillCard(card, html) {
  const fresh = parse(html).querySelector(".claim-card");
  if (!fresh || !isRow(card)) return;
  for (const { name, value } of fresh.attributes) if (name !== "class") card.setAttribute(name, value);
  card.classList.remove("is-row");
  card.classList.add(...fresh.classList);
  card.replaceChildren(...fresh.childNodes);
}

// Index of the first card that passes. Cards stand in order, so asking for a dozen places is enough; an observer of a
// thousand rows would work in each frame.
function firstIndex(cards, test) {
  let low = 0;
  let high = cards.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(cards[middle].getBoundingClientRect())) high = middle;
    else low = middle + 1;
  }
  return low;
}

// `cards()` are the shown cards, `url` answers {cards: {id: html}} for `claims`; `onFilled(cards)` runs after rows became cards.
export function createFill({ cards, url, onFilled }) {
  const asked = new Map();
  // Asked for near the window and not sent: their claims are gone, and the poll takes them away soon.
  const missing = new WeakSet();
  let timer = 0;

  async function ask(rows) {
    const claims = [...new Set(rows.map((row) => row.dataset.claim))].join(",");
    const { data } = await request(`${url}&claims=${claims}`);
    const filled = Object.keys(data.cards).map((id) => document.getElementById(id));
    const fresh = filled.filter(isRow);
    for (const card of fresh) fillCard(card, data.cards[card.id]);
    for (const row of rows.filter(isRow)) missing.add(row);
    onFilled(fresh);
  }

  // One request for rows that are wanted together. A row that the server refuses stays one, and is asked for when it is wanted again.
  function fill(rows) {
    const waiting = ask(rows).finally(() => {
      for (const row of rows) asked.delete(row.id);
    });
    for (const row of rows) asked.set(row.id, waiting);
    return waiting;
  }

  function fillNear() {
    timer = 0;
    const shown = cards();
    const edge = innerHeight * NEARBY;
    const from = firstIndex(shown, (box) => box.bottom > -edge);
    const to = firstIndex(shown, (box) => box.top > innerHeight + edge);
    const rows = shown.slice(from, to).filter((card) => isRow(card) && !asked.has(card.id) && !missing.has(card));
    if (rows.length) fill(rows.slice(0, MOST)).then(look, () => {}); // the poll tells of a lost connection
  }

  function look() {
    if (!timer) timer = setTimeout(fillNear, PAUSE_MS);
  }

  addEventListener("scroll", look, { passive: true });

  return {
    look,
    // Resolves when the card is whole.
    now: (card) => (isRow(card) ? (asked.get(card.id) ?? fill([card])) : Promise.resolve()),
  };
}
