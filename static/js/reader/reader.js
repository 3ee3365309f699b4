// The reader screen: composes the modules and holds what they share.

import { announce } from "../ui/announce.js";
import { request } from "../ui/api.js";
import { mountComboboxes } from "../ui/combobox.js";
import { createKeys } from "../ui/keys.js";
import { toast, toastRefusal } from "../ui/toast.js";
import { createUndo } from "../ui/undo.js";
import { byKeys, gettext, interpolate } from "../ui/words.js";
import { actionKeys, createActions } from "./actions.js";
import { createBar } from "./bar.js";
import { createCardDrafts } from "./card-drafts.js";
import { ensureMore } from "./card-more.js";
import { createCaret } from "./caret.js";
import { createChooser } from "./chooser.js";
import { createEnds } from "./ends.js";
import { rolesToSet, showRoles } from "./furniture.js";
import { createHitTester } from "./hit.js";
import { createLive } from "./live.js";
import { watchLiveForms } from "./live-forms.js";
import { createMargin } from "./margin.js";
import { createMarks } from "./marks.js";
import { createOffsets } from "./offsets.js";
import { createPainter } from "./paint.js";
import { watchPointer } from "./pointer.js";
import { createPoll } from "./poll.js";
import { createQuoteFinder } from "./quote.js";
import { createReattach } from "./reattach.js";
import { createRefresh } from "./refresh.js";
import { createSegments } from "./segments.js";
import { readSelection, watchSelection } from "./selection.js";
import { createSpanStore, readData } from "./spans.js";
import { createTrouble } from "./trouble.js";

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
  const isOwn = (span) =>
    card.dataset.evidence
      ? card.id === `evidence-${span.id}`
      : span.kind === "claim" && span.claim === card.dataset.claim;
  return store.all().filter(isOwn);
}

// Show the bar for a selection that has come to rest; hide it where there is none.
function followSelection({ offsets, bar, canWrite }) {
  watchSelection(offsets, (words, how) => {
    const shown = bar.target();
    if (bar.isPressed()) return;
    if (!words || !canWrite) {
      // Words of the quote field are not selected; their bar stays while the focus is there.
      const at = document.activeElement;
      if (!bar.element.contains(at) && !at?.closest("[data-quote-form]")) bar.hide();
    } else if (shown && shown.start === words.start && shown.end === words.end) {
      bar.place();
    } else {
      bar.show(words, how);
      // The caret tells of its own moves.
      if (!offsets.root.dataset.caret)
        announce(
          interpolate(
            byKeys(
              gettext("Selected: %(words)s. Press c for claim, a for also here, e for evidence."),
              gettext("Selected: %(words)s."),
            ),
            { words: words.exact.slice(0, 80) },
          ),
        );
    }
  });
}

// Open the claim of clicked words; ask which where there are several.
function followPointer({ root, hits, margin }) {
  const onChoose = (span) => margin.activate(margin.cardOf(span));
  const chooser = createChooser({ onChoose, labelOf: (span) => margin.labelOf(margin.cardOf(span)) });
  watchPointer({
    root,
    hits,
    onHover: (spans) => margin.hover(spans.length ? margin.cardOf(spans[0]) : null),
    onPress(spans, x, y) {
      const known = spans.filter(margin.cardOf);
      if (new Set(known.map(margin.cardOf)).size > 1) chooser.open(known, x, y);
      else if (known.length) margin.activate(margin.cardOf(known[0]));
      else {
        margin.setActive(null);
        margin.open(null);
      }
    },
  });
}

// `#claim-<id>` opens a claim, `#at=120-180` (code points) shows exact words, `#reattach=<placement>` lets a passage seek
// its words: how other screens link to a passage.
function followHash({ margin, showWords }) {
  const open = () => {
    const words = location.hash.match(/^#at=(\d+)-(\d+)$/);
    const isCard = /^#(claim|evidence)-/.test(location.hash);
    const card = isCard ? document.getElementById(location.hash.slice(1)) : null;
    if (words) showWords({ id: "at", claim: "", group: "search", start: Number(words[1]), end: Number(words[2]) });
    if (card) margin.activate(card);
    const placement = location.hash.match(/^#reattach=([0-9a-f-]{36})$/)?.[1];
    if (placement) seekWords(placement, margin);
  };
  addEventListener("hashchange", open);
  open();
}

async function seekWords(placement, margin) {
  await margin.whole(document.querySelector(`[data-news~="${placement}"]`));
  const button = document.querySelector(`[data-reattach*="/${placement}/"]`);
  if (!button)
    return toast(gettext("This passage was placed or decided on in the meantime. Its card shows where it is now."));
  margin.activate(button.closest(".claim-card"));
  button.click();
}

async function clickInCard(margin, action) {
  const card = margin.active();
  await margin.whole(card);
  ensureMore(card);
  const control = card?.querySelector(`[data-action="${action}"]`);
  if (control) return control.click();
  return announce(gettext("Go to a claim first with j or k."));
}

// The key leads to the verdict's form, where work goes on; the button to the head of the claim's page.
async function openVerdict(margin) {
  const card = margin.active();
  await margin.whole(card);
  ensureMore(card);
  const link = card?.querySelector('[data-action="verdict"]');
  if (link) return location.assign(`${link.href}#verdict`);
  return announce(gettext("Go to a claim first with j or k."));
}

// The field may be in a closed panel: open that first.
function focusSearch() {
  const field = document.querySelector("[data-search]");
  if (!field) return false;
  const panel = field.closest("[hidden]");
  if (panel) document.querySelector(`[data-disclosure="${panel.id}"]`)?.click();
  field.focus();
  return field.select();
}

// Enter goes to the statement of the current claim, or to the note of the current evidence.
function editCard(margin, event) {
  if (event.target.closest("a, button, summary, dialog, .selection-bar")) return false;
  const card = margin.active();
  if (card?.classList.contains("is-row")) return margin.whole(card).then(() => editCard(margin, event));
  ensureMore(card);
  const field = card?.querySelector(".claim-card-form textarea");
  if (!field) return false;
  margin.activate(card, { focus: false });
  field.setSelectionRange(field.value.length, field.value.length);
  return field.focus();
}

// Close panels with their button, the quote field also with Escape; the focus returns to the opener.
function watchPanels(screen, quote) {
  const close = (panel) => {
    const opener = document.querySelector(`[data-disclosure="${panel.id}"]`);
    panel.hidden = true;
    opener?.setAttribute("aria-expanded", "false");
    opener?.focus();
  };
  screen.addEventListener("click", (event) => {
    const button = event.target.closest("[data-panel-close], [data-quote-close]");
    if (!button) return;
    if (button.closest("[data-quote-form]")) quote.clear();
    close(button.closest("[data-quote-form], .reader-panel"));
  });
  screen.querySelector("[data-quote-form]")?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.currentTarget.querySelector("[data-action=claim]")?.click();
    }
    if (event.key !== "Escape") return;
    event.preventDefault();
    quote.clear();
    close(event.currentTarget);
  });
}

function press(selector) {
  const control = document.querySelector(selector);
  return control ? control.click() : false;
}

function bindKeys({ actions, bar, margin, undo, ends, caret }) {
  createKeys({
    ...actionKeys(actions, bar),
    sentences: caret.enter,
    ends: () => ends?.focus(),
    "next-claim": () => margin.step(1),
    "previous-claim": () => margin.step(-1),
    pin: () => clickInCard(margin, "pin"),
    park: () => clickInCard(margin, "park"),
    verdict: () => openVerdict(margin),
    confirm: () => clickInCard(margin, "confirm"),
    "confirm-all": () => press('[data-action="harmless"]'),
    accept: () => press('#repeats [data-action="accept"]'),
    dismiss: () => press('#repeats [data-action="dismiss"]'),
    edit: (event) => editCard(margin, event),
    undo: () => undo.undoLast(),
    redo: () => undo.redoLast(),
    search: focusSearch,
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.target.closest("dialog")) return;
    // Leaving a field keeps its words: the draft saves itself.
    const card = event.target.closest(".claim-card");
    if (card && event.target !== card) return card.focus({ preventScroll: true });
    if (bar.step() === "stance") bar.back();
    else bar.hide();
    margin.closeSheet();
  });
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

  async function onMarked(answer) {
    bar.hide();
    painter.setSearch(null); // what was sought is marked now, in its own colour
    document.getSelection().removeAllRanges();
    if (answer.spans) store.add(answer.spans);
    await onChanged(answer);
    const card = document.getElementById(answer.card ?? `claim-${answer.claim}`);
    margin.activate(card, { focus: false });
    ensureMore(card);
    // Evidence should say what it shows, so its note gets the focus; Esc leaves.
    card?.querySelector("[data-note]")?.focus();
  }

  async function setRoles(words) {
    const roles = rolesToSet(offsets, words);
    if (!roles) return announce(gettext("Click into a paragraph or select some of its words first."));
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
