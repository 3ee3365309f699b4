// The reader's keys, and what those do that press a control of the current card.

import { createKeys } from "../ui/keyboard/keys.js";
import { hint } from "../ui/notices/hint.js";
import { gettext } from "../ui/words.js";
import { actionKeys } from "./actions.js";
import { ensureMore } from "./margin/card-more.js";

async function clickInCard(margin, action) {
  const card = margin.active();
  await margin.whole(card);
  ensureMore(card);
  const control = card?.querySelector(`[data-action="${action}"]`);
  if (control) return control.click();
  return hint(gettext("Go to a claim first with j or k."));
}

// The key leads to the verdict's form, where work goes on; the button to the head of the claim's page.
async function openVerdict(margin) {
  const card = margin.active();
  await margin.whole(card);
  ensureMore(card);
  const link = card?.querySelector('[data-action="verdict"]');
  if (link) return location.assign(`${link.href}#verdict`);
  return hint(gettext("Go to a claim first with j or k."));
}

// The field may be in a closed panel: open that first.
function focusSearch() {
  const field = document.querySelector("[data-search]");
  if (!field) return false;
  const panel = field.closest("[hidden]");
  if (panel) document.querySelector(`[data-disclosure="${panel.id}"]`)?.click();
  field.focus();
  return field.select();
}

// Enter goes to the statement of the current claim, or to the note of the current evidence.
function editCard(margin, event) {
  if (event.target.closest("a, button, summary, dialog, .selection-bar")) return false;
  const card = margin.active();
  if (card?.classList.contains("is-row")) return margin.whole(card).then(() => editCard(margin, event));
  ensureMore(card);
  const field = card?.querySelector(".claim-card-form textarea");
  if (!field) return false;
  margin.activate(card, { focus: false });
  field.setSelectionRange(field.value.length, field.value.length);
  return field.focus();
}

function press(selector) {
  const control = document.querySelector(selector);
  return control ? control.click() : false;
}

export function bindKeys({ actions, bar, margin, undo, ends, caret }) {
  createKeys({
    ...actionKeys(actions, bar),
    sentences: caret.enter,
    ends: () => ends?.focus(),
    "next-claim": () => margin.step(1),
    "previous-claim": () => margin.step(-1),
    pin: () => clickInCard(margin, "pin"),
    park: () => clickInCard(margin, "park"),
    verdict: () => openVerdict(margin),
    confirm: () => clickInCard(margin, "confirm"),
    "confirm-all": () => press('[data-action="harmless"]'),
    accept: () => press('#repeats [data-action="accept"]'),
    dismiss: () => press('#repeats [data-action="dismiss"]'),
    edit: (event) => editCard(margin, event),
    undo: () => undo.undoLast(),
    redo: () => undo.redoLast(),
    search: focusSearch,
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.target.closest("dialog")) return;
    // Leaving a field keeps its words: the draft saves itself.
    const card = event.target.closest(".claim-card");
    if (card && event.target !== card) return card.focus({ preventScroll: true });
    if (bar.step() === "stance") bar.back();
    else bar.hide();
    margin.closeSheet();
  });
}
