// The reader screen: composes the modules and holds what they share.

import { mountComboboxes } from "../ui/fields/combobox.js";
import { announce } from "../ui/notices/announce.js";
import { hint } from "../ui/notices/hint.js";
import { toast, toastRefusal } from "../ui/notices/toast.js";
import { request } from "../ui/server/api.js";
import { createUndo } from "../ui/server/undo.js";
import { gettext } from "../ui/words.js";
import { createActions } from "./actions.js";
import { followHash, followPointer, followSelection } from "./following.js";
import { createCardDrafts } from "./margin/card-drafts.js";
import { ensureMore } from "./margin/card-more.js";
import { watchLiveForms } from "./margin/live-forms.js";
import { createMargin } from "./margin/margin.js";
import { createBar } from "./mark/bar.js";
import { createEnds } from "./mark/ends.js";
import { createMarks } from "./mark/marks.js";
import { createReattach } from "./mark/reattach.js";
import { createHitTester } from "./paint/hit.js";
import { createPainter } from "./paint/paint.js";
import { createSpanStore, readData } from "./paint/spans.js";
import { watchPanels } from "./panels.js";
import { bindKeys } from "./reader-keys.js";
import { createLive } from "./sync/live.js";
import { createPoll } from "./sync/poll.js";
import { createRefresh } from "./sync/refresh.js";
import { createTrouble } from "./sync/trouble.js";
import { createCaret } from "./text/caret.js";
import { rolesToSet, showRoles } from "./text/furniture.js";
import { createOffsets } from "./text/offsets.js";
import { createQuoteFinder } from "./text/quote.js";
import { createSegments } from "./text/segments.js";
import { readSelection } from "./text/selection.js";

const EYE_LEVEL = 0.35;
const FRAGMENTS = ["pinned-claim", "reader-notices", "reader-meta"];

// Switch marking off where the page's text is not the stored text: offsets would point at other words.
function isSound(offsets) {
  if (!offsets.mismatches().length) return true;
  const message = gettext(
    "The text on this page does not match the saved text, so marking is off. Nothing was changed. Reload the page.",
  );
  toast(message, { kind: "error" });
  return false;
}

function spansOfCard(store, card) {
  if (!card) return [];
  const { claim, evidence } = card.dataset;
  if (evidence) return store.all().filter((span) => span.id === `e-${evidence}`);
  return store.all().filter((span) => span.kind === "claim" && span.claim === claim);
}

function startReader(screen) {
  const root = screen.querySelector("article.reader");
  const data = readData();
  const revision = Number(screen.dataset.revision);
  const offsets = createOffsets(root);
  const store = createSpanStore();
  const canWrite = screen.dataset.canWrite === "true" && isSound(offsets);
  let pinned = data.pinned ?? null;
  const painter = createPainter(offsets);
  const hits = createHitTester(offsets);
  const marginElement = screen.querySelector(".reader-margin");
  const segments = createSegments(offsets, data.urls.sentences);
  const caret = createCaret({ offsets, segments });
  const paintActive = (spans) => painter.setActive(spans);
  const onActive = (card) => {
    paintActive(spansOfCard(store, card));
    live.moveTo(card);
    // Deferred: a card becomes the open one only after it became the active one.
    queueMicrotask(() => ends?.show(card));
  };

  // Before the margin moves cards: later answers are compared with the HTML as it was sent.
  const { apply, again, headers } = createRefresh({
    store,
    list: marginElement.querySelector(".claim-list"),
    told: data.cards,
    groups: data.groups,
    revision,
    fragmentIds: FRAGMENTS,
    onApplied(state) {
      pinned = state.pinned ?? null;
      if (state.roles) showRoles(offsets, state.roles);
      afterExchange();
    },
  });
  const cardsUrl = data.urls.cards;
  const margin = createMargin({ offsets, margin: marginElement, announce, onActive, cardsUrl });
  function afterExchange() {
    margin.refresh();
    drafts.refresh();
  }
  const drafts = createCardDrafts({
    margin: marginElement,
    whole: margin.whole,
    onSaved: () => poll.now(),
    onLeave: () => again() && afterExchange(),
  });
  store.subscribe(painter.setSpans);
  store.subscribe(hits.setSpans);

  const poll = createPoll({ url: data.urls.poll, headers, onData: apply, onTrouble: createTrouble() });
  const live = createLive({
    url: data.urls.events,
    article: data.article,
    poll,
    list: screen.querySelector("[data-here]"),
    margin: marginElement,
    isShown: (claim) => claim === pinned?.id || store.all().some((span) => span.claim === claim),
    labelOf(claim) {
      const card = document.getElementById(`claim-${claim}`);
      return card ? margin.labelOf(card) : (pinned?.statement ?? "");
    },
  });
  const undo = createUndo({ onUndone: () => poll.now() });

  const ends =
    canWrite &&
    createEnds({
      offsets,
      segments,
      urls: data.urls,
      revision,
      spansOf: (card) => spansOfCard(store, card),
      paint: paintActive,
      onChanged: (answer) => onChanged(answer),
    });

  // After every change made here: tell, offer to undo it, show the server's state.
  async function onChanged(answer) {
    undo.offer(answer.message, answer.undo);
    await poll.now();
    screen.dispatchEvent(new CustomEvent("reader:changed", { bubbles: true, detail: answer }));
  }

  // Who works faster than the connection has selected the next words already: they and the focus are left alone.
  async function onMarked(answer, hasMovedOn) {
    if (!hasMovedOn) {
      bar.hide();
      document.getSelection().removeAllRanges();
    }
    painter.setSearch(null); // what was sought is marked now, in its own colour
    if (answer.spans) store.add(answer.spans);
    await onChanged(answer);
    const card = document.getElementById(answer.card ?? `claim-${answer.claim}`);
    margin.activate(card, { focus: false });
    ensureMore(card);
    // Evidence should say what it shows, so its note gets the focus; Esc leaves.
    if (!hasMovedOn) card?.querySelector("[data-note]")?.focus();
  }

  async function setRoles(words) {
    const roles = rolesToSet(offsets, words);
    if (!roles) return hint(gettext("Click into a paragraph or select some of its words first."));
    try {
      const answer = await request(data.urls.blocks, { method: "POST", form: { roles } });
      bar.hide();
      await onChanged(answer.data);
    } catch (error) {
      toastRefusal(error);
    }
  }

  function showWords(words) {
    bar.hide(); // it spoke of other words
    painter.setSearch(words);
    const place = words && offsets.rangeOf(words.start, words.end)?.getBoundingClientRect();
    if (place) scrollBy({ top: place.top - innerHeight * EYE_LEVEL, behavior: "instant" });
  }

  // The claim worked on last, offered for pinning.
  function getNearest() {
    const card = margin.last();
    if (!card) return null;
    const words = margin.labelOf(card);
    return { claim: card.dataset.claim, label: words.length > 60 ? `${words.slice(0, 59)}…` : words };
  }

  async function pin(claim) {
    const card = document.getElementById(`claim-${claim}`) ?? margin.last();
    try {
      await margin.whole(card);
      ensureMore(card);
      await request(card.querySelector('[data-action="pin"]').form.action, { method: "POST" });
    } catch (error) {
      toastRefusal(error);
      return false;
    }
    await poll.now();
    return pinned !== null;
  }

  const marks = createMarks({
    urls: data.urls,
    revision,
    store,
    getSelected: () => readSelection(offsets),
    getPinned: () => pinned,
    getNearest,
    pin,
    onDone: onMarked,
  });
  const form = screen.querySelector("[data-quote-form]");
  const quote = form && createQuoteFinder({ form, offsets, onShow: showWords });
  const reattach = createReattach({
    root,
    margin: marginElement,
    bar: () => bar,
    getWords: () => readSelection(offsets) ?? bar.target(),
    onDone: onChanged,
  });
  const firstStep = () => (reattach.isOn() ? "reattach" : "what");
  const bar = createBar({ offsets, firstStep, onAction: (id) => actions[id]() });
  const actions = createActions({ offsets, bar, quote, marks, reattach, setRoles, canWrite });
  form?.addEventListener("click", (event) => actions[event.target.closest("[data-action]")?.dataset.action]?.());

  // Evidence linked in the finder is undone like any mark made here.
  document.addEventListener("evidence:linked", (event) => {
    event.preventDefault();
    onChanged(event.detail);
  });
  watchPanels(screen, quote);
  watchLiveForms(screen, onChanged);
  followSelection({ offsets, bar, canWrite });
  followPointer({ root, hits, margin });
  bindKeys({ actions, bar, margin, undo, ends, caret });
  followHash({ margin, showWords });
  mountComboboxes(screen);
  performance.mark("reader-ready");
}

const screen = document.querySelector("main.reader-screen");
if (screen) startReader(screen);
