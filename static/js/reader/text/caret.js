// Reading and marking without a pointer: in the text the arrow keys move by sentence, with Shift they select more. What
// is selected is the browser's own selection, so the commands and the bar treat it as if a mouse had made it.

import { element } from "../../ui/element.js";
import { announce } from "../../ui/notices/announce.js";
import { toastRefusal } from "../../ui/notices/toast.js";
import { gettext, interpolate, ngettext } from "../../ui/words.js";
import { oncePerFrame } from "../frame.js";
import { readSelection } from "./selection.js";

const HINT = gettext(
  "Arrow keys move by sentence, with Shift they select more. Press c for claim, a for also here, e for evidence.",
);
const VIEW = { from: 0.2, to: 0.75, eye: 0.35 };

export function createCaret({ offsets, segments }) {
  const { root } = offsets;
  const mark = element("div", "sentence-caret no-print");
  mark.hidden = true;
  mark.setAttribute("aria-hidden", "true");
  root.parentElement.append(mark);
  const hint = element("p", "visually-hidden", HINT);
  hint.id = "sentence-hint";
  root.parentElement.append(hint);
  root.tabIndex = 0;
  root.setAttribute("aria-describedby", hint.id);

  // Indexes of sentences: where the selection began, and where it is now.
  let anchor = null;
  let focus = null;
  let isOn = false;
  let isByKey = true;

  function place(sentence) {
    const rect = sentence && offsets.rangeOf(...sentence)?.getBoundingClientRect();
    mark.hidden = !rect;
    if (!rect) return;
    const origin = root.getBoundingClientRect();
    mark.style.setProperty("top", `${rect.top - root.parentElement.getBoundingClientRect().top}px`);
    mark.style.setProperty("height", `${rect.height}px`);
    mark.style.setProperty("left", `${origin.left - root.parentElement.getBoundingClientRect().left}px`);
  }

  function bringIntoView(sentence) {
    const rect = offsets.rangeOf(...sentence)?.getBoundingClientRect();
    if (!rect || (rect.top > innerHeight * VIEW.from && rect.bottom < innerHeight * VIEW.to)) return;
    scrollBy({ top: rect.top - innerHeight * VIEW.eye, behavior: "instant" });
  }

  function select(all) {
    const [first, last] = anchor <= focus ? [all[anchor], all[focus]] : [all[focus], all[anchor]];
    const range = offsets.rangeOf(first[0], last[1]);
    const ends = [range.startContainer, range.startOffset, range.endContainer, range.endOffset];
    if (anchor <= focus) document.getSelection().setBaseAndExtent(...ends);
    else document.getSelection().setBaseAndExtent(...ends.slice(2), ...ends.slice(0, 2));
    bringIntoView(all[focus]);
    place(all[focus]);
  }

  function tell(all) {
    const count = Math.abs(focus - anchor) + 1;
    const words = offsets.slice(...all[focus]);
    announce(
      count === 1
        ? words
        : interpolate(
            ngettext("%(count)s sentence selected. %(words)s", "%(count)s sentences selected. %(words)s", count),
            {
              count,
              words,
            },
          ),
    );
  }

  // The sentence of the selected words, else the first that is not above the window.
  function nearest(all) {
    const words = readSelection(offsets);
    const seen = offsets.blocks.find(({ element: block }) => block.getBoundingClientRect().bottom > 0);
    const from = words?.start ?? seen?.start ?? 0;
    const isAbove = (one) => !words && (offsets.rangeOf(...one)?.getBoundingClientRect().bottom ?? 1) <= 0;
    return Math.max(
      0,
      all.findIndex((one) => one[1] > from && !isAbove(one)),
    );
  }

  async function move(to, { isExtending = false } = {}) {
    const all = await segments.sentences();
    if (!all.length) return;
    const isFirst = focus === null;
    const wanted = isFirst ? nearest(all) : Math.max(0, Math.min(all.length - 1, to(focus, all)));
    if (!isFirst && wanted === focus && !isExtending && anchor === focus)
      announce(wanted === 0 ? gettext("First sentence.") : gettext("Last sentence."));
    focus = wanted;
    if (!isExtending || isFirst) anchor = wanted;
    select(all);
    tell(all);
  }

  function start() {
    isOn = true;
    root.dataset.caret = "on";
    show().catch(() => {}); // a failure is told when a key needs the sentences
  }

  // Where the next key begins: it is also what shows that the text has the focus.
  async function show() {
    const all = await segments.sentences();
    if (isOn) place(all[focus ?? nearest(all)]);
  }

  function stop() {
    isOn = false;
    mark.hidden = true;
    delete root.dataset.caret;
  }

  // Go to the text, to the sentence where one was.
  function enter() {
    root.focus({ preventScroll: true });
    start();
    move((at) => at).catch(toastRefusal);
  }

  const STEPS = {
    ArrowDown: (at) => at + 1,
    ArrowRight: (at) => at + 1,
    ArrowUp: (at) => at - 1,
    ArrowLeft: (at) => at - 1,
    Home: () => 0,
    End: (_at, all) => all.length - 1,
  };

  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOn) return stop();
    if (!isOn || !STEPS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return null;
    event.preventDefault();
    return move(STEPS[event.key], { isExtending: event.shiftKey }).catch(toastRefusal);
  });
  // Who comes by mouse scrolls with the arrow keys as before.
  document.addEventListener(
    "pointerdown",
    () => {
      isByKey = false;
    },
    { capture: true, passive: true },
  );
  document.addEventListener(
    "keydown",
    () => {
      isByKey = true;
    },
    { capture: true, passive: true },
  );
  root.addEventListener("focus", () => isByKey && start());
  root.addEventListener("blur", stop);
  root.addEventListener("pointerdown", () => {
    stop();
    anchor = null;
    focus = null;
  });
  const placeSoon = oncePerFrame(() => isOn && show().catch(() => {}));
  new ResizeObserver(placeSoon).observe(root);

  return { enter };
}
