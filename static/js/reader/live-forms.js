// Small forms in cards: `<form data-live method="post" action="…">`, answered like a mark with {message, undo}. Without
// script they post as any form does.

import { request } from "../ui/api.js";
import { toastRefusal } from "../ui/toast.js";

async function submit(form, submitter, onDone) {
  try {
    const body = new FormData(form, submitter);
    const { data } = await request(form.action, { method: "POST", form: body, kept: "What you typed is still here." });
    settle(form);
    leaveField(form);
    await onDone(data);
  } catch (error) {
    toastRefusal(error);
  }
}

// A card being written in is not exchanged; this form is done with, so the card may be.
function leaveField(form) {
  const field = document.activeElement;
  if (form.contains(field) && field.matches("input, textarea, select"))
    form.closest("[tabindex]")?.focus({ preventScroll: true });
}

// What the server has is no longer unsaved: fresh HTML may replace the card.
export function settle(form) {
  for (const field of form.elements) {
    if ("defaultValue" in field) field.defaultValue = field.value;
    if ("defaultChecked" in field) field.defaultChecked = field.checked;
    for (const option of field.options ?? []) option.defaultSelected = option.selected;
  }
}

export function watchLiveForms(root, onDone) {
  root.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    event.preventDefault();
    submit(form, event.submitter, onDone);
  });
}
