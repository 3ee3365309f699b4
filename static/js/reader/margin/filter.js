// Which cards are shown: all, one's own, or those of one status. Walking, the overview and the layout follow.

import { announce } from "../../ui/notices/announce.js";
import { interpolate, ngettext } from "../../ui/words.js";

// Fewer cards are seen at a glance.
const FEWEST = 6;

const TESTS = {
  all: () => true,
  mine: (card) => "mine" in card.dataset,
  news: (card) => "news" in card.dataset,
  evidence: (card) => card.dataset.group.startsWith("evidence-"),
};

// How many cards each filter shows, in one walk.
function countAll(cards) {
  const found = new Map([["all", cards.length]]);
  const add = (name) => found.set(name, (found.get(name) ?? 0) + 1);
  for (const { dataset } of cards) {
    add(dataset.group);
    if (dataset.group.startsWith("evidence-")) add("evidence");
    if ("mine" in dataset) add("mine");
    if ("news" in dataset) add("news");
  }
  return found;
}

const testOf = (name) => TESTS[name] ?? ((card) => card.dataset.group === name);

// `bar` holds buttons with `data-filter`; `cards()` are all cards; `onFiltered()` runs after another choice.
export function createFilter({ bar, cards, onFiltered }) {
  let chosen = "all";
  const buttons = bar ? [...bar.querySelectorAll("[data-filter]")] : [];

  function apply() {
    const test = testOf(chosen);
    for (const card of cards()) if (card.hidden === test(card)) card.hidden = !card.hidden;
  }

  function count() {
    const all = cards();
    const found = countAll(all);
    if (bar) bar.hidden = all.length < FEWEST && chosen === "all";
    for (const button of buttons) {
      const { filter } = button.dataset;
      const count = found.get(filter) ?? 0;
      button.querySelector("[data-count]").textContent = count;
      button.hidden = !count && filter !== chosen && filter !== "all";
      button.setAttribute("aria-pressed", String(filter === chosen));
    }
  }

  function choose(name) {
    chosen = name === chosen ? "all" : name;
    apply();
    count();
    const shown = cards().filter((card) => !card.hidden).length;
    announce(interpolate(ngettext("%(count)s card shown.", "%(count)s cards shown.", shown), { count: shown }));
    onFiltered();
  }

  bar?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-filter]");
    if (button) choose(button.dataset.filter);
  });
  count();

  return {
    // After the list's content was replaced.
    refresh() {
      if (chosen !== "all") apply();
      count();
    },
    showAll: () => chosen !== "all" && choose("all"),
  };
}
