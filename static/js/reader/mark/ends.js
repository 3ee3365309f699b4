// Move the beginning and the end of the active passage: drag a handle, press it and then a word, or use keys on it
// (key `b` goes there). Arrows move by word, up and down by sentence, with Alt by character.
//
// A change is shown at once and sent after a pause, with the ends that the person saw: whoever was faster is not overwritten.

import { hint } from "../../ui/notices/hint.js";
import { toastRefusal } from "../../ui/notices/toast.js";
import { request } from "../../ui/server/api.js";
import { createQueue } from "../../ui/server/queue.js";
import { confirmDialog } from "../../ui/widgets/confirm.js";
import { gettext } from "../../ui/words.js";
import { oncePerFrame } from "../frame.js";
import { watchEndDrag } from "./end-drag.js";
import { createHandles, readHandle } from "./end-handles.js";

const PAUSE_MS = 900;
// A press on a word takes the focus from the handle until it has become the passage's end.
const PRESS_MS = 400;
const BLANK = /[0-9a-f]{8}-0000-0000-0000-[0-9a-f]{12}/;

const SUBMITTED = {
  title: gettext("Return the verdict to draft?"),
  text: gettext("The verdict was submitted. Moving the ends of the passage returns it to draft."),
  yes: gettext("Move the ends"),
};

const isSubmitted = (card) => (card?.dataset.is ?? "").split(" ").includes("submitted");

// `spansOf(card)` are the card's spans, `paint(spans)` stresses them, `onChanged(answer)` shows the server's state.
export function createEnds({ offsets, segments, urls, revision, spansOf, paint, onChanged }) {
  const handles = createHandles(offsets);
  // Ends that are shown but not confirmed, by span; which of them were sent; what the server answered.
  const drafts = new Map();
  const sent = new WeakSet();
  const answered = new Map();
  let cardId = null;
  let timer = 0;
  const queue = createQueue();

  const card = () => document.getElementById(cardId ?? "");
  const spans = () => (card() ? spansOf(card()) : []);
  const present = (span) => ({ ...span, ...drafts.get(span.id) });

  function draw() {
    const now = spans().map(present);
    handles.show(now);
    if (drafts.size) paint(now);
  }
  const drawSoon = oncePerFrame(draw);
  new ResizeObserver(drawSoon).observe(offsets.root);

  function addressOf(id) {
    const [kind, own] = [id.slice(0, 2), id.slice(2)];
    return (kind === "e-" ? urls.evidence_words : urls.appearance_words).replace(BLANK, own);
  }

  // `span` has the ends that the person saw; after an answer of the server those that it has.
  async function send(span, draft, asks) {
    const { id } = span;
    const { start, end } = draft;
    if (asks && !(await confirmDialog(SUBMITTED))) return forget(id);
    const seen = answered.get(id) ?? span;
    const form = { revision, start, end, exact: offsets.slice(start, end), was: `${seen.start}-${seen.end}` };
    try {
      const { data } = await request(addressOf(id), {
        method: "POST",
        form,
        kept: gettext("The passage was not changed."),
      });
      answered.set(id, draft);
      await onChanged(data);
      if (drafts.get(id) === draft) drafts.delete(id);
      draw();
    } catch (error) {
      forget(id);
      toastRefusal(error);
    }
    return null;
  }

  function forget(id) {
    drafts.delete(id);
    paint(spans());
    draw();
  }

  // Send what was moved, one after the other. Which span is meant is told now: the next card may be active by then.
  function commit() {
    clearTimeout(timer);
    for (const [id, draft] of drafts) {
      const span = spans().find((one) => one.id === id);
      if (!span || sent.has(draft)) continue;
      sent.add(draft);
      const asks = isSubmitted(card());
      queue(() => send(span, draft, asks));
    }
  }

  function set(id, edge, offset) {
    const span = spans().find((one) => one.id === id);
    if (!span || offset === null) return;
    const next = { start: present(span).start, end: present(span).end, [edge]: offset };
    if (next.start >= next.end) return;
    if (!drafts.has(id)) answered.delete(id);
    const isBack = next.start === span.start && next.end === span.end;
    if (isBack && !sent.has(drafts.get(id))) drafts.delete(id);
    else drafts.set(id, next);
    paint(spans().map(present));
    draw();
    clearTimeout(timer);
    timer = setTimeout(commit, PAUSE_MS);
  }

  async function step(handle, unit, by) {
    const { id, edge } = readHandle(handle);
    if (unit === "sentence") await segments.sentences().catch(toastRefusal);
    const span = spans().find((one) => one.id === id);
    if (span) set(id, edge, segments.step(present(span)[edge], edge, unit, by));
  }

  function leave({ isKept }) {
    disarm();
    if (isKept) commit();
    else for (const id of [...drafts.keys()]) forget(id);
    clearTimeout(timer);
    card()?.focus({ preventScroll: true });
  }

  const forward = () => (getComputedStyle(offsets.root).direction === "rtl" ? -1 : 1);
  const STEPS = {
    ArrowRight: () => ["word", forward()],
    ArrowLeft: () => ["word", -forward()],
    ArrowDown: () => ["sentence", 1],
    ArrowUp: () => ["sentence", -1],
  };

  handles.layer.addEventListener("keydown", (event) => {
    const isPlain = !(event.ctrlKey || event.metaKey);
    if (STEPS[event.key] && isPlain) {
      const [unit, by] = STEPS[event.key]();
      step(event.target, event.altKey && unit === "word" ? "character" : unit, by);
    } else if (event.key === "Enter" || event.key === "Escape") leave({ isKept: event.key === "Enter" });
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // On a phone the open card makes room meanwhile (screens/reader-ends.css): it would cover the words.
  const screen = offsets.root.closest(".reader-screen");
  let leaving = 0;
  handles.layer.addEventListener("focusin", () => {
    clearTimeout(leaving);
    screen?.classList.add("is-moving-ends");
  });
  handles.layer.addEventListener("focusout", (event) => {
    leaving = setTimeout(() => screen?.classList.remove("is-moving-ends"), PRESS_MS);
    if (!handles.layer.contains(event.relatedTarget)) commit();
  });

  const disarm = watchEndDrag({ offsets, segments, handles, set, hold: () => clearTimeout(timer), commit });

  return {
    // Show the handles of the card being worked on; null takes them away. Handles in use stay.
    show(next) {
      const id = next?.classList.contains("is-open") ? next.id : null;
      if (id !== cardId && handles.hasFocus() && card()) return;
      if (id !== cardId) commit();
      cardId = id;
      draw();
    },
    // The key goes to the end first, which moves more often, then to the beginning.
    focus() {
      const first = spans()[0];
      if (!first) return hint(gettext("Go to a claim first with j or k."));
      segments.sentences().catch(() => {}); // needed soon; a failure is told when it is
      const isAtEnd = document.activeElement === handles.of(first.id, "end");
      return handles.of(first.id, isAtEnd ? "start" : "end").focus({ preventScroll: true });
    },
    commit,
  };
}
