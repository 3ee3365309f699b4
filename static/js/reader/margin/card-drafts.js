// Autosave for the forms of the cards. A form becomes a draft when it gets the focus, or when an earlier visit left text
// in this browser that the server never got.

import { mountDraft } from "../../ui/drafts/draft-form.js";
import { ensureMore } from "./card-more.js";
import { settle } from "./live-forms.js";

const LEFT = "factcheck.draft.";

// The cards of the page for whose forms words are left over. A form's key is `claim-<id>` or `evidence-<id>`, as in its template.
function cardsWithLeftWords() {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(LEFT));
  const names = keys.map((key) => key.slice(LEFT.length).replace(/\.undecided$/, ""));
  return [...new Set(names)]
    .map((name) => document.getElementById(name.replace(/^evidence-/, "evidence-e-")))
    .filter((element) => element?.matches(".claim-card"));
}

// `onSaved()` runs after each confirmed save, `onLeave()` when the focus has left a form.
// `whole(card)` resolves when a row has become a card.
export function createCardDrafts({ margin, whole, onSaved, onLeave }) {
  const drafts = new Map();

  function mount(form) {
    if (drafts.has(form)) return drafts.get(form);
    const draft = mountDraft(form, {
      onSaved() {
        // Saved fields no longer count as changed; a half-typed name still does.
        if (!form.querySelector("[data-uncommitted]")) settle(form);
        onSaved();
      },
    });
    drafts.set(form, draft);
    return draft;
  }

  // Drop drafts of replaced forms, and mount those with text left over.
  function refresh() {
    for (const [form, draft] of drafts) {
      if (form.isConnected) continue;
      draft.stop();
      drafts.delete(form);
    }
    for (const card of cardsWithLeftWords()) whole(card).then(() => mountIn(card));
  }

  function mountIn(card) {
    ensureMore(card);
    const form = card.querySelector("form[data-draft-url]");
    if (form && !drafts.has(form)) mount(form);
  }

  margin.addEventListener("focusin", (event) => {
    const form = event.target.closest("form[data-draft-url]");
    if (form) mount(form);
  });
  // Enter in a field, or Ctrl+Enter, saves and stays; a plain submit would leave the page.
  margin.addEventListener(
    "submit",
    (event) => {
      const form = event.target.closest("form[data-draft-url]");
      if (!form) return;
      event.preventDefault();
      event.stopPropagation();
      mount(form).save();
    },
    { capture: true },
  );
  margin.addEventListener("focusout", (event) => {
    const form = event.target.closest("form[data-draft-url]");
    if (!form || form.contains(event.relatedTarget)) return;
    // Deferred: the field's own change event has to come first.
    setTimeout(async () => {
      await drafts.get(form)?.save();
      onLeave();
    });
  });
  refresh();
  return { refresh };
}
