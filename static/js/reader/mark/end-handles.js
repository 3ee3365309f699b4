// The two handles of a passage: real sliders beside the text, so that a key, a finger and a screen reader move the same
// thing. Only drawing and placing; what they do is `ends.js`.

import { element } from "../../ui/element.js";
import { gettext } from "../../ui/words.js";

const SHOWN_WORDS = 5;
const NAMES = { start: gettext("Passage begins"), end: gettext("Passage ends") };

export const readHandle = ({ dataset }) => ({ id: dataset.span, edge: dataset.edge });

const firstWords = (text) => text.split(/\s+/, SHOWN_WORDS).join(" ");
const lastWords = (text) => text.split(/\s+/).slice(-SHOWN_WORDS).join(" ");

// All of the words in the line of `one`. A number in a text that runs from right to left is a box of its own, and boxes of a
// line come from left to right: the last one is not where the words end.
function lineOf(rects, one) {
  const line = [...rects].filter(
    ({ top, bottom }) => top < one.bottom - one.height / 2 && bottom > one.top + one.height / 2,
  );
  return {
    top: one.top,
    height: one.height,
    left: Math.min(...line.map(({ left }) => left)),
    right: Math.max(...line.map(({ right }) => right)),
  };
}

export function createHandles(offsets) {
  const layer = element("div", "ends-layer no-print");
  offsets.root.parentElement.append(layer);
  const made = new Map();

  function make(id, edge) {
    const handle = element("button", "end-handle");
    handle.type = "button";
    Object.assign(handle.dataset, { span: id, edge });
    const fixed = { role: "slider", "aria-label": NAMES[edge], "aria-orientation": "horizontal", "aria-valuemin": "0" };
    for (const [name, value] of Object.entries(fixed)) handle.setAttribute(name, value);
    layer.append(handle);
    return handle;
  }

  function place(handle, { start, end }) {
    const rects = offsets.rangeOf(start, end)?.getClientRects() ?? [];
    handle.hidden = !rects.length;
    if (!rects.length) return;
    const isStart = handle.dataset.edge === "start";
    const rect = lineOf(rects, isStart ? rects[0] : rects[rects.length - 1]);
    const isForward = getComputedStyle(offsets.root).direction !== "rtl";
    const origin = layer.getBoundingClientRect();
    handle.style.setProperty("left", `${(isStart === isForward ? rect.left : rect.right) - origin.left}px`);
    handle.style.setProperty("top", `${rect.top - origin.top}px`);
    handle.style.setProperty("height", `${rect.height}px`);
  }

  function tell(handle, { start, end }) {
    const text = offsets.slice(start, end);
    const isStart = handle.dataset.edge === "start";
    handle.setAttribute("aria-valuemax", offsets.end());
    handle.setAttribute("aria-valuenow", isStart ? start : end);
    handle.setAttribute("aria-valuetext", isStart ? `with “${firstWords(text)}”` : `with “${lastWords(text)}”`);
  }

  return {
    layer,
    of: (id, edge) => made.get(`${id} ${edge}`),
    hasFocus: () => layer.contains(document.activeElement),
    // `spans` are {id, start, end}. A handle that stays is the same element: it may have the focus.
    show(spans) {
      const wanted = new Map(spans.flatMap((span) => ["start", "end"].map((edge) => [`${span.id} ${edge}`, span])));
      for (const [key, handle] of made) {
        if (wanted.has(key)) continue;
        handle.remove();
        made.delete(key);
      }
      for (const [key, span] of wanted) {
        if (!made.has(key)) made.set(key, make(...key.split(" ")));
        place(made.get(key), span);
        tell(made.get(key), span);
      }
    },
  };
}
