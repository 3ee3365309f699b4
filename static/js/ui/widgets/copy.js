// data-copy="text" or data-copy-from="ID" (its value or text) copies; the button says so, and so does the live region.
import { announce } from "../notices/announce.js";
import { toast } from "../notices/toast.js";
import { gettext } from "../words.js";

const SHOWN_MS = 2000;

function textOf(button) {
  if (button.dataset.copy) return button.dataset.copy;
  const source = document.getElementById(button.dataset.copyFrom);
  return source.value ?? source.textContent.trim();
}

function showCopied(button) {
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = label.textContent;
  if (before === gettext("Copied")) return;
  label.textContent = gettext("Copied");
  announce(gettext("Copied"));
  setTimeout(() => {
    label.textContent = before;
  }, SHOWN_MS);
}

export function startCopy() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(textOf(button));
      showCopied(button);
    } catch {
      toast(gettext("The browser did not allow copying. Select the text and copy it by hand."), { kind: "error" });
    }
  });
}
