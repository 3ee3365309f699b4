// Keep typed text and open forms when htmx replaces a part of the page.

import { isChanged } from "../ui/fields/fields.js";
import { unfold } from "../ui/widgets/fold.js";

// Drafts keep their own text; of a draft only the fields inside its checklist are kept here.
const isOurs = (field) => !field.form.dataset.draftUrl || field.closest("#checklist") !== null;

function read(form) {
  const isChoice = (field) => field.type !== "radio" || field.checked;
  const fields = [...form.elements].filter(
    (field) => field.name && isOurs(field) && isChanged(field) && isChoice(field),
  );
  return fields.map(({ name, value, checked }) => ({ name, value, checked }));
}

function write(form, fields) {
  for (const { name, value, checked } of fields) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = checked;
    else field.value = value;
  }
  unfold(form);
}

// A form that was fetched when it was opened is not part of what htmx draws anew: it moves to its new slot.
function putBack(form) {
  const slot = document.querySelector(`[data-form-slot="${form.id}"]`);
  if (!slot) return null;
  slot.replaceChildren(form);
  window.htmx.process(form);
  unfold(slot);
  return null;
}

export function keepTyped() {
  let kept = [];
  document.addEventListener("htmx:before:swap", ({ detail }) => {
    const sent = detail.ctx.sourceElement?.closest?.("form");
    kept = [...document.querySelectorAll("form[id]")]
      .filter((form) => form !== sent)
      .map((form) => ({ form, fields: read(form) }))
      .filter(({ fields }) => fields.length);
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const { form, fields } of kept) {
      const now = document.getElementById(form.id) ?? putBack(form);
      if (now && (now !== form || form.dataset.draftUrl)) write(now, fields);
    }
  });
}
