// Rows become cards when they come near the window: a page with a thousand claims is sent with two dozen cards and rows
// that hold a statement each, so that finding in the page and printing have their words. In a list of single lines a card
// shows no more than its row, unless it has news: there the others stay rows until they are opened.

import { request } from "../../ui/server/api.js";
import { parse } from "../sync/fragments.js";

const PAUSE_MS = 80;
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

// `near()` are the cards near the window that should be whole, `url` answers {cards: {id: html}} for `claims`; `onFilled(cards)`
// runs after rows became cards.
export function createFill({ near, url, onFilled }) {
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
    const rows = near().filter((card) => isRow(card) && !asked.has(card.id) && !missing.has(card));
    if (rows.length) fill(rows.slice(0, MOST)).then(look, () => {}); // the poll tells of a lost connection
  }

  function look() {
    if (!timer) timer = setTimeout(fillNear, PAUSE_MS);
  }

  // The list's own scrolling too.
  addEventListener("scroll", look, { passive: true, capture: true });

  return {
    look,
    // Resolves when the card is whole.
    now: (card) => (isRow(card) ? (asked.get(card.id) ?? fill([card])) : Promise.resolve()),
  };
}
