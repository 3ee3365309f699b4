// The reader screen: composes the modules and holds the little state they share.

import { announce } from "../ui/announce.js";
import { ApiError, request } from "../ui/api.js";
import { mountComboboxes } from "../ui/combobox.js";
import { createKeys } from "../ui/keys.js";
import { toast } from "../ui/toast.js";
import { createUndo } from "../ui/undo.js";
import { createBar } from "./bar.js";
import { createChooser } from "./chooser.js";
import { rememberFragment, replaceFragments } from "./fragments.js";
import { createHitTester } from "./hit.js";
import { createMargin } from "./margin.js";
import { createMarks } from "./marks.js";
import { createOffsets } from "./offsets.js";
import { createPainter } from "./paint.js";
import { watchPointer } from "./pointer.js";
import { createPoll } from "./poll.js";
import { createQuoteFinder } from "./quote.js";
import { readSelection, watchSelection } from "./selection.js";
import { createSpanStore, readData } from "./spans.js";

const STANCES = ["supports", "refutes", "context"];
const EYE_LEVEL = 0.35;

// A page whose text is not the stored text must not be marked: offsets would point at other words.
function isSound(offsets) {
  if (!offsets.mismatches().length) return true;
  toast("The text on this page does not match the stored text. Marking is off; nothing was changed. Reload the page.", {
    kind: "error",
  });
  return false;
}

function isSame(a, b) {
  return a !== null && b !== null && a.start === b.start && a.end === b.end;
}

export function startReader(screen) {
  const root = screen.querySelector("article.reader");
  const marginElement = screen.querySelector(".reader-margin");
  const data = readData();
  const offsets = createOffsets(root);
  const store = createSpanStore(data.spans);
  const canWrite = screen.dataset.canWrite === "true" && isSound(offsets);
  const revision = Number(screen.dataset.revision);
  let pinned = data.pinned ?? null;
  let toldRevision = revision;
  root.tabIndex = -1;
  for (const element of [marginElement.querySelector(".claim-list"), document.getElementById("pinned-claim")]) {
    if (element) rememberFragment(element);
  }

  const painter = createPainter(offsets);
  const hits = createHitTester(offsets);
  store.subscribe(painter.setSpans);
  store.subscribe(hits.setSpans);

  const spansOfCard = (card) =>
    store.all().filter((span) => card.id === `evidence-${span.id}` || (span.kind === "claim" && span.claim === card.dataset.claim));
  const margin = createMargin({
    offsets,
    margin: marginElement,
    announce,
    onActive: (card) => painter.setActive(card ? spansOfCard(card) : []),
  });

  function showWords(target) {
    painter.setSearch(target);
    const words = target && offsets.rangeOf(target.start, target.end)?.getBoundingClientRect();
    if (words) scrollBy({ top: words.top - innerHeight * EYE_LEVEL, behavior: "instant" });
  }

  function refresh(state) {
    pinned = state.pinned ?? null;
    const changed = replaceFragments(state.fragments ?? {});
    for (const element of changed) mountComboboxes(element);
    store.replace(state.spans);
    margin.refresh();
    if (state.revision !== toldRevision) {
      toldRevision = state.revision;
      const reload = { label: "Reload", run: () => location.reload() };
      toast("The publisher changed this article. You still see the text you opened.", { action: reload, stay: Infinity });
    }
  }

  const poll = createPoll({ url: data.urls.poll, onData: refresh });
  const undo = createUndo({ onUndone: () => poll.now() });

  async function done(answer) {
    bar.hide();
    document.getSelection().removeAllRanges();
    if (answer.spans) store.add(answer.spans);
    undo.offer(answer.message, answer.undo);
    await poll.now();
    const card = document.getElementById(`claim-${answer.claim}`);
    if (card) margin.activate(card, { focus: false });
    screen.dispatchEvent(new CustomEvent("reader:marked", { bubbles: true, detail: answer }));
  }

  const marks = createMarks({ urls: data.urls, revision, store, getPinned: () => pinned, onDone: done });
  const finder = screen.querySelector("[data-quote-form]");
  const quote = finder && createQuoteFinder({ form: finder, offsets, onShow: showWords });
  const target = () => bar.target() ?? readSelection(offsets) ?? quote?.target() ?? null;

  // Runs `act` with the words in question; without any it says how to choose them.
  function withTarget(act) {
    if (!canWrite) return announce("You can read this article, but not mark it.");
    const words = target();
    if (!words) return announce("Select the words first, or find them with the quote field.");
    return act(words);
  }

  function askStance(words) {
    if (!marks.canLink()) return marks.evidence(words, "context");
    if (bar.step() === null) bar.show(words);
    bar.askStance();
    return announce("Does it support (s), refute (r) or give context (x)?");
  }

  const actions = {
    claim: () => withTarget(marks.claim),
    also: () => withTarget(marks.also),
    evidence: () => withTarget(askStance),
    ...Object.fromEntries(STANCES.map((stance) => [stance, () => withTarget((words) => marks.evidence(words, stance))])),
  };
  const bar = createBar({ offsets, onAction: (id) => actions[id]() });

  function onSelection(words, how) {
    if (bar.isPressed()) return;
    if (!words || !canWrite) return bar.element.contains(document.activeElement) ? undefined : bar.hide();
    if (isSame(words, bar.target())) return bar.place();
    bar.show(words, how);
    announce(`Selected: ${words.exact.slice(0, 80)}. c claim, a also here, e evidence.`);
  }
  watchSelection(offsets, onSelection);

  const chooser = createChooser({ onChoose: (span) => margin.activate(margin.cardOf(span)) });
  watchPointer({
    root,
    hits,
    onHover: (spans) => margin.hover(spans.length ? margin.cardOf(spans[0]) : null),
    onPress(spans, x, y) {
      const cards = new Set(spans.map(margin.cardOf).filter(Boolean));
      if (cards.size > 1) chooser.open(spans, x, y);
      else if (cards.size === 1) margin.activate([...cards][0]);
      else margin.setActive(null);
    },
  });

  function clickInCard(action) {
    const control = margin.active()?.querySelector(`[data-action="${action}"]`);
    if (!control) return announce("Go to a claim first with j or k.");
    return control.click();
  }

  // Small forms in cards: `<form data-live method="post" action="…">`, answered like a mark.
  async function submitLive(event) {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    event.preventDefault();
    try {
      const body = new FormData(form, event.submitter);
      const answer = await request(form.action, { method: "POST", form: body, kept: "What you typed is still here." });
      form.reset();
      undo.offer(answer.data.message, answer.data.undo);
      await poll.now();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(error.message, { kind: "error" });
    }
  }
  screen.addEventListener("submit", submitLive);
  screen.addEventListener("click", (event) => {
    const action = event.target.closest("[data-quote-form] [data-action]")?.dataset.action;
    if (action) actions[action]?.();
  });

  const isAskingStance = () => bar.step() === "stance";
  createKeys({
    ...actions,
    ...Object.fromEntries(STANCES.map((stance) => [stance, () => (isAskingStance() ? actions[stance]() : false)])),
    "next-claim": () => margin.step(1),
    "previous-claim": () => margin.step(-1),
    pin: () => clickInCard("pin"),
    park: () => clickInCard("park"),
    verdict: () => clickInCard("verdict"),
    undo: () => undo.undoLast(),
    search: () => focusSearch(screen),
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (isAskingStance()) bar.back();
    else bar.hide();
    margin.closeSheet();
  });

  // `#claim-<id>` opens a claim, `#at=120-180` (code points) shows exact words: how other screens link to a passage.
  function openHash() {
    const words = location.hash.match(/^#at=(\d+)-(\d+)$/);
    const card = location.hash.startsWith("#claim-") ? document.getElementById(location.hash.slice(1)) : null;
    if (words) showWords({ id: "at", claim: "", group: "search", start: Number(words[1]), end: Number(words[2]) });
    if (card) margin.activate(card);
  }
  addEventListener("hashchange", openHash);
  openHash();
  mountComboboxes(screen);
  return { offsets, store, painter, margin, bar, poll, undo, actions };
}

function focusSearch(screen) {
  const field = screen.querySelector("[data-search]") ?? document.querySelector("[data-search]");
  if (!field) return false;
  return field.focus();
}

const screen = document.querySelector("main.reader-screen");
if (screen) startReader(screen);
