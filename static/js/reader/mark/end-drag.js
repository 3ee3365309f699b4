// The handles under a mouse or a finger: dragged, or pressed and then a word pressed, for those who cannot drag.

import { hint } from "../../ui/notices/hint.js";
import { byKeys, gettext } from "../../ui/words.js";
import { caretAt } from "../paint/hit.js";
import { readHandle } from "./end-handles.js";

const SLOP_PX = 4;
const NO_SHIFT = { x: 0, y: 0 };

// `set(id, edge, offset)` shows an end, `hold()` keeps it from being sent, `commit()` sends it. Returns the function after
// which a press on a word is again nothing but that.
export function watchEndDrag({ offsets, segments, handles, set, hold, commit }) {
  let armed = null;

  // The offset at a point of the screen, as `find` (`nearest` or `around`) makes an edge of it.
  function edgeAt({ clientX, clientY, altKey }, edge, find, shift = NO_SHIFT) {
    const caret = caretAt(clientX + shift.x, clientY + shift.y);
    if (!caret || !offsets.blockOf(caret[0])) return null;
    return find(offsets.pointToOffset(...caret), edge, altKey ? "character" : "word");
  }

  function drag(handle, from) {
    const { id, edge } = readHandle(handle);
    const box = handle.getBoundingClientRect();
    // Where the text's end is, seen from the pointer: a finger holds the handle beside it.
    const shift = { x: box.left + box.width / 2 - from.clientX, y: box.top + box.height / 2 - from.clientY };
    const stop = new AbortController();
    const listen = (type, handler) => handle.addEventListener(type, handler, { signal: stop.signal });
    let isMoved = false;
    const end = () => {
      stop.abort();
      handle.classList.remove("is-dragged");
      if (isMoved) return commit();
      armed = { id, edge };
      return hint(
        byKeys(
          gettext("Choose the word where the passage should begin or end, or use the arrow keys."),
          gettext("Touch the word where the passage should begin or end."),
        ),
      );
    };
    handle.setPointerCapture(from.pointerId);
    handle.classList.add("is-dragged");
    listen("pointermove", (event) => {
      isMoved ||= Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > SLOP_PX;
      if (isMoved) set(id, edge, edgeAt(event, edge, segments.nearest, shift));
      hold();
    });
    listen("pointerup", end);
    listen("pointercancel", end);
  }

  handles.layer.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".end-handle");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    drag(handle, event);
  });

  // In the capture phase: the press is no press on a claim's words.
  const onClick = (event) => {
    if (!armed || handles.layer.contains(event.target)) return;
    const { id, edge } = armed;
    armed = null;
    if (!offsets.root.contains(event.target)) return;
    event.stopPropagation();
    set(id, edge, edgeAt(event, edge, segments.around));
    handles.of(id, edge)?.focus({ preventScroll: true });
    commit();
  };
  document.addEventListener("click", onClick, { capture: true });
  return () => {
    armed = null;
  };
}
