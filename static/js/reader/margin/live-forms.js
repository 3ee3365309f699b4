// Send small forms in cards in place: `<form data-live method="post" action="…">`, answered with {message, undo} like a
// mark. Without script they are plain forms.

import { toastRefusal } from "../../ui/notices/toast.js";
import { request } from "../../ui/server/api.js";
import { gettext } from "../../ui/words.js";

async function submit(form, submitter, onDone) {
  try {
    const body = new FormData(form, submitter);
    const { data } = await request(form.action, {
      method: "POST",
      form: body,
      kept: gettext("What you typed is still here."),
    });
    settle(form);
    leaveField(form);
    await onDone(data);
  } catch (error) {
    toastRefusal(error);
  }
}

// A card with a focused field is not exchanged. This form is done, so its field gives up the focus.
function leaveField(form) {
  const field = document.activeElement;
  if (form.contains(field) && field.matches("input, textarea, select"))
    form.closest("[tabindex]")?.focus({ preventScroll: true });
}

// Make the sent values the defaults, so that the form no longer counts as unsaved and the card may be replaced.
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
