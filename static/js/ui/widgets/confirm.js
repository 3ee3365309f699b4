// One dialog for every "are you sure": forms, buttons and links with data-confirm="What will happen", and hx-confirm.
// Optional: data-confirm-title, data-confirm-yes (the button's words), data-confirm-danger.

import { gettext } from "../words.js";
import { openDialog } from "./dialog.js";

function prepare(dialog, { title, text, yes, danger }) {
  dialog.querySelector("#confirm-title").textContent = title ?? gettext("Are you sure?");
  dialog.querySelector("#confirm-text").textContent = text;
  const button = dialog.querySelector("#confirm-yes");
  button.textContent = yes ?? gettext("Confirm");
  button.classList.toggle("is-danger", Boolean(danger));
  // Enter confirms a harmless action; a dangerous one needs a deliberate step to the button.
  button.autofocus = !danger;
}

/** Ask; resolves to true or false. Escape and Cancel are false. */
export function confirmDialog(options) {
  const dialog = document.getElementById("confirm-dialog");
  prepare(dialog, options);
  dialog.returnValue = "";
  openDialog(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "confirm"), { once: true });
  });
}

function optionsOf(element) {
  const { confirm, confirmTitle, confirmYes, confirmDanger } = element.dataset;
  return { text: confirm, title: confirmTitle, yes: confirmYes, danger: confirmDanger !== undefined };
}

const confirmed = new WeakSet();

async function askBeforeSubmit(event) {
  const form = event.target;
  const asker = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!asker.dataset.confirm || confirmed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await confirmDialog(optionsOf(asker))) {
    confirmed.add(form);
    form.requestSubmit(event.submitter ?? undefined);
    // Where the browser refused the form, the next try asks again.
    confirmed.delete(form);
  }
}

async function askBeforeRequest(event) {
  const { ctx, issueRequest, dropRequest } = event.detail;
  event.preventDefault();
  const options = { ...optionsOf(event.target), text: ctx.confirm };
  if (await confirmDialog(options)) issueRequest();
  else dropRequest();
}

export function startConfirm() {
  document.addEventListener("submit", askBeforeSubmit, { capture: true });
  document.addEventListener("htmx:confirm", askBeforeRequest);
}
