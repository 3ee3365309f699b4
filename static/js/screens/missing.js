// A line of the checklist leads to the field that is missing, and opens the form that holds it.

import { unfold } from "../ui/widgets/fold.js";

// By the line's target; others lead to their part alone.
const FIELDS = {
  statement: "textarea",
  claimant: "[name=claimant]",
  appearances: "[name=said_on]",
  evidence: "[data-find-evidence]",
  rating: "[type=radio]",
  discussion: ".comment:not(.is-resolved) .comment-actions button",
};
// Forms that are fetched when they are opened for the first time: of the places, the one without a date.
const FORMS = { appearances: ["li:has(.claim-missing) [data-form-url]", "[data-form-url]"] };

function focusOn(field) {
  if (!field) return;
  unfold(field);
  field.focus({ preventScroll: true });
  field.scrollIntoView({ block: "center" });
}

function goTo(part, name) {
  const find = () => part.querySelector(FIELDS[name]);
  const form = (FORMS[name] ?? []).map((selector) => part.querySelector(selector)).find(Boolean);
  if (!form || form.querySelector("form")) return focusOn(find());
  const onSwap = () => {
    if (!form.querySelector("form")) return;
    document.removeEventListener("htmx:after:swap", onSwap);
    focusOn(find());
  };
  document.addEventListener("htmx:after:swap", onSwap);
  form.open = true;
  return null;
}

export function leadToMissing() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#checklist a[href^='#']");
    const name = link?.hash.slice(1);
    const part = FIELDS[name] && document.getElementById(name);
    if (!part || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(part, name);
  });
}
