// The reader's selection as a target: whole characters, no outer white space, offsets of the revision.

import { clusterEnd, clusterStart, outerSpace } from "./graphemes.js";

const TOUCH_PAUSE_MS = 250;

function snapStart(offsets, offset) {
  const block = offsets.blocks[offsets.blockIndexAt(offset)];
  if (offset >= block.end) return offset;
  return block.offsetAt(clusterStart(block.text, block.unitAt(offset)));
}

function snapEnd(offsets, offset) {
  const block = offsets.blocks[offsets.blockIndexAt(offset)];
  if (offset >= block.end) return offset;
  return block.offsetAt(clusterEnd(block.text, block.unitAt(offset)));
}

// [start, stop) widened to whole clusters and trimmed, as {start, end, exact}; null when only white space is left.
export function snapTarget(offsets, start, stop) {
  if (!offsets.blocks.length || stop <= start) return null;
  const from = snapStart(offsets, start);
  const to = snapEnd(offsets, stop);
  const text = offsets.slice(from, to);
  const { leading, trailing } = outerSpace(text);
  if (leading === text.length) return null;
  return { start: from + leading, end: to - trailing, exact: text.slice(leading, text.length - trailing) };
}

// The current selection's target, or null: nothing selected, or nothing of it in the article.
export function readSelection(offsets, selection = document.getSelection()) {
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(offsets.root)) return null;
  const start = offsets.pointToOffset(range.startContainer, range.startOffset, "start");
  const stop = offsets.pointToOffset(range.endContainer, range.endOffset, "end");
  return snapTarget(offsets, start, stop);
}

// Whether the selection's moving end stands before its fixed one.
function isBackward({ anchorNode, anchorOffset, focusNode, focusOffset }) {
  if (!anchorNode || !focusNode) return false;
  if (anchorNode === focusNode) return focusOffset < anchorOffset;
  return Boolean(anchorNode.compareDocumentPosition(focusNode) & Node.DOCUMENT_POSITION_PRECEDING);
}

// Calls `onChange(target, how)` when the selection has come to rest; `how` is {by: "touch" | "mouse" | "keyboard", x, isBackward}:
// x is where the mouse let go. During a drag nothing is reported, or the bar would run after the pointer; touch handles
// report by a pause alone.
export function watchSelection(offsets, onChange) {
  const listen = (type, handler) => document.addEventListener(type, handler, { passive: true, capture: true });
  let how = "keyboard";
  let x = null;
  let isDragging = false;
  let timer = 0;
  const report = () => {
    if (isDragging) return;
    const place = { by: how, x: how === "mouse" ? x : null, isBackward: isBackward(document.getSelection()) };
    onChange(readSelection(offsets), place);
  };
  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(report, pause);
  };
  listen("pointerdown", (event) => {
    how = event.pointerType === "mouse" ? "mouse" : "touch";
    isDragging = how === "mouse" && event.button === 0;
  });
  const release = (event) => {
    isDragging = false;
    x = event.clientX;
    later(0);
  };
  listen("pointerup", release);
  listen("pointercancel", release);
  listen("keydown", () => {
    how = "keyboard";
  });
  listen("selectionchange", () => later(how === "touch" ? TOUCH_PAUSE_MS : 30));
}
