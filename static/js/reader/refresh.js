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

// `onApplied(state)` runs after the fragments and spans are in place.
export function createRefresh({ store, revision, fragmentIds, onApplied }) {
  let told = revision;
  for (const id of fragmentIds) {
    const element = document.getElementById(id);
    if (element) rememberFragment(element);
  }

  return (state) => {
    for (const element of replaceFragments(state.fragments ?? {})) mountComboboxes(element);
    const before = store.all();
    store.replace(state.spans);
    tellOfOthers(before, state.spans);
    onApplied(state);
    if (state.revision === told) return;
    told = state.revision;
    tellOfRevision();
  };
}
