// Keep the list of cards as the server last sent it, each with its spans and a stamp that changes when the card does. A
// poll sends the changed cards; all others stay the same nodes, and a card being written in is exchanged later.

import { isBusy, parse, rememberFocus } from "../sync/fragments.js";
import { ensureMore, moreOf } from "./card-more.js";

// Read a span as the server sends it: [start, end, group, id]; the first one has the card's own id.
function spanOf(card, [start, end, group, id]) {
  const { claim, evidence, appearance } = card.dataset;
  const kind = card.id.startsWith("evidence-") ? "evidence" : "claim";
  return { id: id ?? (evidence ? `e-${evidence}` : `a-${appearance}`), start, end, kind, group, claim };
}

// Make `wanted` the cards of the list's chunks, in order; a fresh one joins its neighbours. Cards that stay are not touched:
// moving one would drop its focus.
function arrangeInChunks(list, wanted) {
  const stay = new Set(wanted);
  const chunks = [...list.children];
  for (const chunk of chunks) {
    for (const card of [...chunk.children]) if (!stay.has(card)) card.remove();
    if (!chunk.firstElementChild && list.childElementCount > 1) chunk.remove();
  }
  let chunk = list.firstElementChild;
  let cursor = chunk.firstElementChild;
  for (const card of wanted) {
    while (!cursor && chunk.nextElementSibling) {
      chunk = chunk.nextElementSibling;
      cursor = chunk.firstElementChild;
    }
    if (card === cursor) cursor = cursor.nextElementSibling;
    else chunk.insertBefore(card, cursor);
  }
}

// `told` is {stamp, spans} of each card in the page, in order.
export function createCardList(list, told = []) {
  const note = (node, { stamp, spans }) => ({ id: node.id, stamp, spans: spans.map((row) => spanOf(node, row)) });
  const cards = [...list.querySelectorAll(".claim-card")];
  let shown = cards.map((node, i) => note(node, told[i] ?? { stamp: "--------", spans: [] }));
  const waiting = new Map();

  // A card that did not change stays the same node, also where the server had not been told what the page has.
  function take(fresh, before) {
    const same = before.get(fresh.stamp);
    if (same) return same;
    const node = parse(fresh.html).firstElementChild;
    waiting.set(node.id, node);
    return note(node, fresh);
  }

  function nodeOf(id, old) {
    const fresh = waiting.get(id);
    if (!fresh || (old && isBusy(old))) return old;
    waiting.delete(id);
    if (old && moreOf(old)) ensureMore(fresh);
    return fresh;
  }

  // Returns whether a card was exchanged.
  function settle() {
    const now = new Map(Array.from(list.querySelectorAll(".claim-chunk > *"), (card) => [card.id, card]));
    const restoreFocus = rememberFocus(list);
    const wanted = shown.map(({ id }) => nodeOf(id, now.get(id)));
    const stay = new Set(wanted);
    const writtenIn = [...now.values()].filter((old) => !stay.has(old) && isBusy(old));
    const isChanged = wanted.some((node) => !node.isConnected) || wanted.length + writtenIn.length !== now.size;
    arrangeInChunks(list, [...wanted, ...writtenIn]);
    restoreFocus();
    return isChanged;
  }

  return {
    // `items` are [from, to) of what was shown before, or fresh cards {stamp, html, spans}.
    apply(items) {
      const before = shown;
      const byStamp = new Map(before.map((card) => [card.stamp, card]));
      shown = items.flatMap((item) => (Array.isArray(item) ? before.slice(...item) : [take(item, byStamp)]));
      const ids = new Set(shown.map(({ id }) => id));
      for (const id of waiting.keys()) if (!ids.has(id)) waiting.delete(id);
      return settle();
    },
    // Exchange cards whose news came while they were being written in.
    again: settle,
    spans: () => shown.flatMap((card) => card.spans),
    stamps: () => shown.map(({ stamp }) => stamp).join(""),
  };
}
