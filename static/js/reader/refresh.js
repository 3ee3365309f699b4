// Brings the page up to the server's state {revision, pinned, spans, fragments}. The article's text is never touched.

import { announce } from "../ui/announce.js";
import { mountComboboxes } from "../ui/combobox.js";
import { toast } from "../ui/toast.js";
import { rememberFragment, replaceFragments } from "./fragments.js";

function tellOfRevision() {
  const action = { label: "Reload", run: () => location.reload() };
  toast("The publisher changed this article. You still see the text you opened.", { action, stay: Infinity });
}

function tellOfOthers(before, spans) {
  const known = new Set(before.map((span) => span.id));
  const fresh = spans.filter((span) => !known.has(span.id)).length;
  if (fresh) announce(fresh === 1 ? "One new mark in this article." : `${fresh} new marks in this article.`);
}

// `onApplied(state)` runs after the fragments and spans are in place. The answer's `again()` offers the last fragments once
// more: what was being written in when they came may be exchanged now.
export function createRefresh({ store, revision, fragmentIds, onApplied }) {
  let told = revision;
  let latest = {};
  for (const id of fragmentIds) {
    const element = document.getElementById(id);
    if (element) rememberFragment(element);
  }

  function exchange(fragments) {
    latest = fragments;
    const changed = replaceFragments(fragments);
    for (const element of changed) mountComboboxes(element);
    return changed.length > 0;
  }

  function apply(state) {
    exchange(state.fragments ?? {});
    const before = store.all();
    store.replace(state.spans);
    tellOfOthers(before, state.spans);
    onApplied(state);
    if (state.revision === told) return;
    told = state.revision;
    tellOfRevision();
  }

  return { apply, again: () => exchange(latest) };
}
