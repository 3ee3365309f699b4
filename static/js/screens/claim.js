// The claim page: drafts, references into the rationale, its preview, the checklist after every save, undo, keys.

import { mountDraft } from "../ui/drafts/draft-form.js";
import { mountComboboxes } from "../ui/fields/combobox.js";
import { watchMentions } from "../ui/fields/mentions.js";
import { createKeys, submitForm } from "../ui/keyboard/keys.js";
import { createWalk } from "../ui/keyboard/walk.js";
import { createUndo } from "../ui/server/undo.js";
import { foldNew, foldOnPhone, unfold } from "../ui/widgets/fold.js";
import { gettext } from "../ui/words.js";
import { markReadPart } from "./claim-jump.js";
import { watchColleagues } from "./claim-live.js";
import { countComments } from "./discussion.js";
import { keepTyped } from "./keep-typed.js";
import { fetchFormsLater } from "./later-forms.js";
import { leadToMissing } from "./missing.js";
import { watchRationale } from "./rationale.js";

const page = document.getElementById("claim");
const partUrl = (name) => page.dataset.parts.replace("PART", name);
const refresh = (name) => window.htmx.ajax("GET", partUrl(name), { target: `#${name}`, swap: "outerHTML" });

// Any save may have met a requirement of the checklist.
const checklist = () => document.getElementById("checklist");
const showChecklist = () =>
  checklist() && window.htmx.ajax("GET", checklist().dataset.url, { target: "#checklist", swap: "innerHTML" });
document.addEventListener("claim:changed", showChecklist);
addEventListener("load", showChecklist);

const verdictForm = () => document.getElementById("verdict-form");
const drafts = new Map();

// Set up the forms of the page, also those that came in with a colleague's change: what is typed there is kept too.
function mountForms() {
  for (const [form, draft] of drafts) {
    if (form.isConnected) continue;
    draft.stop();
    drafts.delete(form);
  }
  for (const form of page.querySelectorAll("form[data-draft-url]")) {
    if (drafts.has(form)) continue;
    drafts.set(form, mountDraft(form, { onSaved: showChecklist }));
    if (form === verdictForm()) watchRationale(form);
  }
  mountComboboxes(page);
}
mountForms();
foldOnPhone();
markReadPart(page.querySelector(".claim-jump"));
keepTyped();
fetchFormsLater();
leadToMissing();
watchMentions();

// Submit with the version that the words were based on.
document.addEventListener("submit", ({ target }) => {
  const button = target === verdictForm() && target.querySelector("[data-primary]");
  if (button) button.value = drafts.get(target).etag();
});
// Ask before sending where the checklist says that nobody is left who could approve it.
function warn() {
  const button = verdictForm()?.querySelector("[data-primary]");
  if (!button) return;
  const isNobody = checklist()?.querySelector("[data-nobody]");
  const words = { confirm: gettext("Every reviewer wrote part of it, so nobody could approve it as it is.") };
  if (isNobody)
    Object.assign(button.dataset, words, { confirmTitle: gettext("Submit anyway?"), confirmYes: gettext("Submit") });
  else delete button.dataset.confirm;
}

const undo = createUndo({
  async onUndone({ part }) {
    await refresh(part);
    showChecklist();
  },
});
document.addEventListener("claim:undo", ({ detail }) => undo.offer(detail.text, { url: detail.url }));
document.addEventListener("evidence:linked", (event) => {
  event.preventDefault();
  undo.offer(event.detail.message, event.detail.undo);
  refresh("evidence").then(showChecklist);
});
document.addEventListener("htmx:after:swap", () => {
  mountComboboxes(page);
  foldNew();
  countComments();
  warn();
});

watchColleagues(page, {
  afterSwap() {
    mountForms();
    foldNew();
    countComments();
    showChecklist();
  },
});

const whereToWrite = () => document.getElementById("verdict-headline") ?? document.getElementById("start-verdict");

// On a claim without a verdict the key does as its button says.
function writeVerdict() {
  const start = document.getElementById("start-verdict");
  if (start) return start.form.requestSubmit(start);
  return goToVerdict();
}

function goToVerdict() {
  const target = whereToWrite();
  const panel = document.getElementById("verdict");
  panel.scrollIntoView({ block: "start" });
  (target ?? panel).focus({ preventScroll: true });
}

// The browser gives the focus to the panel that the address names: mostly before the load event, on a busy machine after
// it. From there it goes on to the field, until the person points somewhere.
function arriveAtVerdict() {
  if (location.hash !== "#verdict" || !whereToWrite()) return;
  const isDone = new AbortController();
  const { signal } = isDone;
  document.getElementById("verdict").addEventListener("focus", goToVerdict, { signal });
  addEventListener("pointerdown", () => isDone.abort(), { once: true, capture: true, signal });
  addEventListener("load", goToVerdict, { signal });
}
arriveAtVerdict();

function acceptFirst() {
  const form = document.querySelector("form[data-accept]");
  // What is taken is seen, also where a phone folds the discussion.
  unfold(form);
  form?.closest(".comment").scrollIntoView({ block: "nearest", behavior: "instant" });
  form?.requestSubmit();
  return Boolean(form);
}

const walk = createWalk("[data-evidence]");
createKeys({
  submit: (event) => submitForm(event) || (verdictForm() ? submitForm({ target: verdictForm() }) : false),
  "next-claim": () => walk(1),
  "previous-claim": () => walk(-1),
  verdict: writeVerdict,
  accept: acceptFirst,
  park: () => document.querySelector("[data-action=park]")?.click(),
  undo: undo.undoLast,
  redo: undo.redoLast,
});
