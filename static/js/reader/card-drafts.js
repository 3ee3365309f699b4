// The forms in the cards save themselves while they are typed in. A form becomes a draft when somebody enters it, or when
// an earlier visit left words in this browser that the server never got.

import { mountDraft } from "../ui/draft-form.js";
import { ensureMore } from "./card-more.js";
import { settle } from "./live-forms.js";

const LEFT = "factcheck.draft.";

// The form's key, as its template has it.
const keyOf = ({ dataset: { claim, evidence } }) => (evidence ? `evidence-${evidence}` : `claim-${claim}`);

const hasLeftWords = (key) => [key, `${key}.undecided`].some((one) => localStorage.getItem(LEFT + one) !== null);

// `onSaved()` runs after each confirmed save, `onLeave()` when the focus has left a form.
export function createCardDrafts({ margin, onSaved, onLeave }) {
  const drafts = new Map();

  function mount(form) {
    if (drafts.has(form)) return drafts.get(form);
    const draft = mountDraft(form, {
      onSaved() {
        // What the server has is no longer unsaved; a name half typed is.
        if (!form.querySelector("[data-uncommitted]")) settle(form);
        onSaved();
      },
    });
    drafts.set(form, draft);
    return draft;
  }

  // Forgets the forms that fresh cards replaced, and finds those with words left over.
  function refresh() {
    for (const [form, draft] of drafts) {
      if (form.isConnected) continue;
      draft.stop();
      drafts.delete(form);
    }
    for (const card of margin.querySelectorAll(".claim-card")) {
      if (!hasLeftWords(keyOf(card))) continue;
      ensureMore(card);
      const form = card.querySelector("form[data-draft-url]");
      if (form && !drafts.has(form)) mount(form);
    }
  }

  margin.addEventListener("focusin", (event) => {
    const form = event.target.closest("form[data-draft-url]");
    if (form) mount(form);
  });
  // Enter in a field, or Ctrl+Enter, saves and stays: the form's own way is for pages without script.
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
    // The field's own change event comes first.
    setTimeout(async () => {
      await drafts.get(form)?.save();
      onLeave();
    });
  });
  refresh();
  return { refresh };
}
