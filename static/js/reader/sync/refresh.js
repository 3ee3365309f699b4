// Apply the server's state {revision, pinned, cards, groups, fragments, stamps, roles}, of which a poll sends only what changed.
// The article's text is never touched.

import { announce } from "../../ui/notices/announce.js";
import { toast } from "../../ui/notices/toast.js";
import { gettext, interpolate, ngettext } from "../../ui/words.js";
import { createCardList } from "../margin/card-list.js";
import { rememberFragment, replaceFragments } from "./fragments.js";

// Servers accept header lines of 8 kB; a page with more cards asks for everything.
const MOST_STAMPS = 7_500;

function tellOfRevision() {
  const action = { label: gettext("Reload"), run: () => location.reload() };
  toast(gettext("The publisher changed this article. You still see the text you opened."), { action, stay: Infinity });
}

function tellOfOthers(before, spans) {
  const known = new Set(before.map((span) => span.id));
  const fresh = spans.filter((span) => !known.has(span.id)).length;
  if (fresh)
    announce(
      interpolate(ngettext("%(count)s new mark in this article.", "%(count)s new marks in this article.", fresh), {
        count: fresh,
      }),
    );
}

// `onApplied(state)` runs after the cards and spans are in place. The result's `again()` applies what came while
// somebody wrote in the same card; `headers()` tells the server what the page has.
// `groups` is how the server wants a long list named, "" for a short one.
export function createRefresh({ store, list, told, groups, revision, fragmentIds, onApplied }) {
  const cards = createCardList(list, told);
  const stamps = new Map();
  let newest = revision;
  let named = groups;
  let late = {};
  for (const id of fragmentIds) {
    const element = document.getElementById(id);
    if (element) rememberFragment(element);
  }

  store.replace(cards.spans());

  function exchange(fragments) {
    late = { ...late, ...fragments };
    const changed = replaceFragments(late);
    return changed.length > 0;
  }

  function apply(state) {
    cards.apply(state.cards ?? []);
    named = state.groups;
    exchange(state.fragments ?? {});
    for (const [id, stamp] of Object.entries(state.stamps ?? {})) stamps.set(id, stamp);
    const before = store.all();
    store.replace(cards.spans());
    tellOfOthers(before, store.all());
    onApplied(state);
    if (state.revision === newest) return;
    newest = state.revision;
    tellOfRevision();
  }

  function headers() {
    const parts = [...stamps.values()].join("");
    if (named) return { "Reader-Has": parts, "Reader-Groups": named };
    const has = cards.stamps() + parts;
    return has.length > MOST_STAMPS ? {} : { "Reader-Has": has };
  }

  return {
    apply,
    headers,
    again() {
      const isExchanged = cards.again();
      return exchange({}) || isExchanged;
    },
  };
}
