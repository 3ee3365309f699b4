// The evidence finder: a pane beside any screen. It walks the passages for a claim, opens them in place and links them.
//
// A screen that keeps an undo of its own takes the event `evidence:linked` (detail: the server's answer) and prevents its
// default; elsewhere the finder offers to take the link back.

import { addKeys } from "../ui/keyboard/keys.js";
import { announce } from "../ui/notices/announce.js";
import { hint } from "../ui/notices/hint.js";
import { toastRefusal } from "../ui/notices/toast.js";
import { request } from "../ui/server/api.js";
import { createUndo } from "../ui/server/undo.js";
import { gettext } from "../ui/words.js";
import { createHits } from "./hits.js";
import { forget, recall, remember } from "./memory.js";
import { watchStatements } from "./precedents.js";

const TYPING_MS = 450;
const NO_CLAIM = "00000000-0000-0000-0000-000000000000";
const STANCES = ["supports", "refutes", "context"];
// Where the pane opens again by itself: one walks from passage to passage there.
const STAYS_OPEN = "main.reader-screen, #claim";
// On a phone it lies over the page, so it opens only when it is asked for (as in components/finder.css).
const IS_SHEET = matchMedia("(max-width: 40rem)");

// A claim's page serves its own claim alone: passages found for the pinned one would be linked to the wrong claim there.
const claimOfPage = () => document.getElementById("claim")?.dataset.claim;

// Which claim is meant: that of the page, else the pinned one, else the one worked on in the reader.
function claimOfScreen() {
  if (claimOfPage()) return claimOfPage();
  const opener = document.querySelector("main [data-find-evidence]") ?? document.querySelector("[data-find-evidence]");
  return opener?.dataset.findEvidence ?? document.querySelector(".claim-card.is-active")?.dataset.claim;
}

function startFinder(pane) {
  const hits = createHits(pane);
  // Where the focus was: the element and, since a card is exchanged once evidence was linked, the id that its successor has.
  let opener = null;
  let claim = "";
  let takesFocus = false;
  let typing = 0;
  let shown = null;

  const form = () => pane.querySelector("#finder-form");
  const query = () => new URLSearchParams(new FormData(form())).toString();
  const hasFocus = () => pane.contains(document.activeElement);

  // It is folded away while it is the claim's own statement.
  function focusQuestion() {
    if (!form()) return;
    form().elements.q.closest("details").open = true;
    form().elements.q.focus();
  }

  function keep() {
    if (form()) remember({ claim, query: query(), at: hits.current()?.dataset.hit ?? "" });
  }

  // The class and not `:has(> .finder:not([hidden]))`: by that rule every `hidden` set anywhere on the page restyled all of it.
  function show(isShown) {
    pane.hidden = !isShown;
    pane.parentElement.classList.toggle("has-finder", isShown);
  }

  async function open(id, { asked = "", at = "" } = {}) {
    claim = claimOfPage() ?? id;
    show(true);
    pane.ariaBusy = "true";
    takesFocus = true;
    hits.goTo(at);
    const url = `${pane.dataset.url.replace(NO_CLAIM, claim)}${asked ? `?${asked}` : ""}`;
    await window.htmx.ajax("GET", url, { target: "#finder", swap: "innerHTML" });
  }

  function openFrom(element) {
    opener = { element, id: element.closest("[id]")?.id };
  }

  function focusAgain() {
    const isThere = opener?.element.isConnected && opener.element !== document.body;
    const place = isThere ? opener.element : document.getElementById(opener?.id ?? "main");
    if (place && place.tabIndex < 0) place.tabIndex = -1;
    (place ?? document.getElementById("main"))?.focus({ preventScroll: true });
  }

  function close() {
    show(false);
    pane.replaceChildren();
    forget();
    focusAgain();
  }

  function openByKey() {
    if (!pane.hidden && form()) return hits.focus() || focusQuestion();
    const id = claimOfScreen();
    if (!id) return hint(gettext("No claim is pinned. Go to a claim with j or k and press i."));
    openFrom(document.activeElement);
    return open(id);
  }

  function tellFilters() {
    const told = form().querySelector("[data-filters-set]");
    const fields = [...form().querySelectorAll(".finder-more :is(input, select)")];
    const set = fields.filter((field) => (field.type === "checkbox" ? field.checked : field.value));
    told.textContent = set.length;
    told.parentElement.hidden = !set.length;
  }

  function ask() {
    if (!form()) return;
    tellFilters();
    pane.ariaBusy = "true";
    form().requestSubmit();
  }

  // After every exchange: where one was, and whether the focus belongs there.
  function onShown() {
    const passages = pane.querySelector("#finder-passages");
    if (!passages || passages === shown) return; // something else on the page was exchanged
    shown = passages;
    pane.ariaBusy = "false";
    const isLost = [document.body, pane, passages].includes(document.activeElement);
    hits.restore({ takesFocus: takesFocus || isLost });
    if (takesFocus && !hits.current()) focusQuestion();
    takesFocus = false;
    announce(passages.dataset.said);
    keep();
  }

  const undo = createUndo({ onUndone: () => {} });

  async function link(linking, submitter) {
    try {
      const fields = Object.fromEntries(new FormData(linking, submitter));
      const { data } = await request(linking.action, {
        method: "POST",
        form: fields,
        kept: gettext("Nothing was linked."),
      });
      const isTaken = !document.dispatchEvent(new CustomEvent("evidence:linked", { detail: data, cancelable: true }));
      if (!isTaken) undo.offer(data.message, data.undo);
      followChange();
    } catch (error) {
      toastRefusal(error);
    }
  }

  // What is linked says so, here and in the counts of the bar.
  function followChange() {
    if (!pane.hidden) ask();
    const pin = document.getElementById("topbar-pin");
    if (pin) window.htmx.ajax("GET", pane.dataset.pinnedUrl, { target: "#topbar-pin", swap: "outerHTML" });
  }

  function linkCurrent(stance) {
    if (!hasFocus()) return false;
    const hit = document.activeElement.closest("[data-hit]");
    if (!hit) return hint(gettext("Go to a passage first with j or k."));
    const button = hit.querySelector(`[data-finder-link] [value="${stance}"]`);
    if (!button) return hint(gettext("This passage is linked already, or you are not allowed to link it."));
    return button.click();
  }

  function openCurrent(event) {
    if (!event.target.matches?.("[data-hit]")) return false;
    return event.target.querySelector("[data-finder-open]").click();
  }

  // In its own article the reader is told of the words; elsewhere the pane comes along.
  function openInPlace(event) {
    const place = event.target.closest("[data-finder-open]");
    if (!place) return;
    hits.goTo(place.closest("[data-hit]").dataset.hit);
    keep();
    if (place.pathname !== location.pathname) return;
    event.preventDefault();
    if (location.hash === place.hash) dispatchEvent(new HashChangeEvent("hashchange"));
    else location.hash = place.hash;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-find-evidence]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openFrom(button);
    open(button.dataset.findEvidence);
  });
  pane.addEventListener("click", (event) => {
    if (event.target.closest("[data-finder-close]")) close();
    else openInPlace(event);
  });
  pane.addEventListener("change", (event) => event.target.form?.id === "finder-form" && ask());
  pane.addEventListener("input", (event) => {
    if (event.target.name !== "q") return;
    clearTimeout(typing);
    typing = setTimeout(ask, TYPING_MS);
  });
  pane.addEventListener("submit", (event) => {
    if (event.target.dataset.finderLink === undefined) return;
    event.preventDefault();
    link(event.target, event.submitter);
  });
  pane.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    if (event.target.matches("textarea") && hits.focus()) return;
    close();
  });
  pane.addEventListener("focusin", (event) => hits.enter(event.target.closest("[data-hit]")));
  document.addEventListener("htmx:after:swap", onShown);
  document.addEventListener("undo:done", followChange);

  const inPane = (act) => (event) => (hasFocus() ? act(event) : false);
  addKeys({
    "find-evidence": openByKey,
    "next-claim": inPane(() => hits.step(1)),
    "previous-claim": inPane(() => hits.step(-1)),
    "nth-passage": inPane((event) => hits.goToNumber(Number(event.key))),
    edit: inPane(openCurrent),
    ...Object.fromEntries(STANCES.map((stance) => [stance, () => linkCurrent(stance)])),
    // These two screens show for themselves what an undo changed.
    undo: () => (document.querySelector(STAYS_OPEN) ? false : undo.undoLast()),
    redo: () => (document.querySelector(STAYS_OPEN) ? false : undo.redoLast()),
  });

  const kept = recall();
  const isOfPage = !claimOfPage() || claimOfPage() === kept?.claim;
  if (kept && isOfPage && !IS_SHEET.matches && document.querySelector(STAYS_OPEN)) {
    show(true); // before the reader scrolls to words: the text's width depends on it
    addEventListener("load", () => open(kept.claim, { asked: kept.query, at: kept.at }), { once: true });
  }
}

const pane = document.getElementById("finder");
if (pane) startFinder(pane);
watchStatements();
