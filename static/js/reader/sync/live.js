// Colleagues in the reader: their marks, edits and comments within a second, and where they are. Everything arrives through
// the poll, so nothing moves that would not move by it; this module only says when to ask.

import { createHere } from "../../ui/server/here.js";
import { createStream } from "../../ui/server/stream.js";

// While changes come by themselves the poll only looks after what an event cannot tell (a pin in another tab).
const SLOW_MS = 60_000;
const MOST_SPREAD_MS = 500;
const SPREAD_MS_EACH = 10;

// `article` is the id of the article shown; `isShown(claim)` says whether the page shows a claim; `labelOf(claim)` gives
// its words.
export function createLive({ url, article, poll, list, margin, isShown, labelOf }) {
  const here = list && createHere(list, { describe });
  let others = 0;
  let timer = 0;
  let marked = [];

  function describe(claim) {
    return isShown(claim) ? { href: `#claim-${claim}`, label: labelOf(claim) } : null;
  }

  // Many readers of one article must not all ask in the same moment.
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(poll.now, Math.random() * Math.min(MOST_SPREAD_MS, others * SPREAD_MS_EACH));
  }

  // On the card itself too, as an attribute: it moves nothing, and a card that is exchanged gets it again.
  function markCards() {
    const at = new Map(here?.people().map(({ claim, name }) => [`claim-${claim}`, name]) ?? []);
    for (const card of marked) if (!at.has(card.id)) card.removeAttribute("data-here-name");
    marked = [...at.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    for (const card of marked) if (card.dataset.hereName !== at.get(card.id)) card.dataset.hereName = at.get(card.id);
  }

  async function show(people) {
    others = people.length - 1;
    await here?.set(people);
    markCards();
  }

  new MutationObserver(markCards).observe(margin, { childList: true, subtree: true });

  const stream = createStream({
    url,
    onLive: (isLive) => {
      poll.pace(isLive ? SLOW_MS : null);
      if (!isLive) show([]);
    },
    on(name, data) {
      if (name === "here") show(data.people);
      else if (name === "reset") soon();
      else if (data.article === article || isShown(data.claim)) soon();
    },
  });

  return { moveTo: (card) => stream.moveTo(card?.dataset.claim ?? "") };
}
