// Ask which place of an ambiguous quote is meant: "1 of 3", each in its context, or none.

import { element } from "../../ui/element.js";
import { gettext, interpolate } from "../../ui/words.js";

function placeButton({ prefix, exact, suffix }, index, total) {
  const words = element("span", "place-words", `…${prefix}`, element("mark", "quote-exact", exact), `${suffix}…`);
  const button = element(
    "button",
    "place-choice",
    element("span", "tiny soft", interpolate(gettext("%(at)s of %(total)s"), { at: index + 1, total })),
    words,
  );
  button.value = String(index);
  return button;
}

// Resolves to the chosen candidate {start, end, exact, …}, or to null.
export function choosePlace(message, candidates) {
  const title = element("h2", "", gettext("Which place do you mean?"));
  title.id = "choose-place-title";
  const cancel = element("button", "button", gettext("None of them"));
  cancel.value = "none";
  const list = element("div", "place-list", ...candidates.map((one, i) => placeButton(one, i, candidates.length)));
  const body = element("div", "dialog-body", element("p", "soft", message), list);
  const form = element(
    "form",
    "dialog-form",
    element("div", "dialog-head", title),
    body,
    element("div", "dialog-foot", cancel),
  );
  form.method = "dialog";
  const dialog = element("dialog", "", form);
  dialog.setAttribute("aria-labelledby", title.id);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(candidates[dialog.returnValue] ?? null);
    });
  });
}
