// The claim page: drafts, references into the rationale, its preview, the checklist after every save, undo, keys.
import { mountComboboxes } from "../ui/combobox.js";
import { mountDrafts } from "../ui/draft-form.js";
import { createKeys } from "../ui/keys.js";
import { createUndo } from "../ui/undo.js";
import { keepTyped } from "./keep-typed.js";
import { watchRationale } from "./rationale.js";
import { createWalk } from "./walk.js";

const page = document.getElementById("claim");
const partUrl = (name) => page.dataset.parts.replace("PART", name);
const refresh = (name) => window.htmx.ajax("GET", partUrl(name), { target: `#${name}`, swap: "outerHTML" });

const drafts = mountDrafts();
mountComboboxes(page);
keepTyped();

// Whatever was saved may have met a point of the checklist.
for (const line of document.querySelectorAll("[data-save-state]")) {
  const follow = () => line.dataset.state === "saved" && document.getElementById("checklist") && refresh("checklist");
  new MutationObserver(follow).observe(line, { attributes: true, attributeFilter: ["data-state"] });
}

// What is submitted says which words it was read from.
const verdict = document.getElementById("verdict-form");
const draft = drafts[[...document.querySelectorAll("form[data-draft-url]")].indexOf(verdict)];
verdict?.addEventListener("submit", () => {
  const button = verdict.querySelector("[data-primary]");
  if (button) button.value = draft.etag();
});
if (verdict) watchRationale(verdict);

const undo = createUndo({ onUndone: () => refresh("evidence") });
document.addEventListener("claim:undo", ({ detail }) => undo.offer(detail.text, { url: detail.url }));
document.addEventListener("htmx:after:swap", () => mountComboboxes(page));

function goToVerdict() {
  const target = document.getElementById("verdict-headline") ?? document.getElementById("start-verdict");
  const panel = document.getElementById("verdict");
  panel.scrollIntoView({ block: "start" });
  (target ?? panel).focus({ preventScroll: true });
}

const walk = createWalk("[data-evidence]");
createKeys({
  "next-claim": () => walk(1),
  "previous-claim": () => walk(-1),
  verdict: goToVerdict,
  undo: undo.undoLast,
});
