// Which highlights lie under a point of the screen. Highlights are no elements, so the browser cannot tell us.

import { createIntervals } from "./intervals.js";

const TOLERANCE_PX = 1;

export function caretAt(x, y) {
  if (document.caretPositionFromPoint) {
    const caret = document.caretPositionFromPoint(x, y);
    return caret && [caret.offsetNode, caret.offset];
  }
  const range = document.caretRangeFromPoint?.(x, y);
  return range && [range.startContainer, range.startOffset];
}

function isInside(rect, x, y) {
  return (
    x >= rect.left - TOLERANCE_PX &&
    x <= rect.right + TOLERANCE_PX &&
    y >= rect.top - TOLERANCE_PX &&
    y <= rect.bottom + TOLERANCE_PX
  );
}

export function createHitTester(offsets) {
  let latest = [];
  let built = null;
  // Built when somebody points: while marks change nobody does.
  const intervals = () => (built ??= createIntervals(latest));

  // A caret snaps to the nearest letter even from an empty line's end: only a point inside the words' own boxes counts.
  function covers(span, x, y) {
    const range = offsets.rangeOf(span.start, span.end);
    return range !== null && Array.from(range.getClientRects()).some((rect) => isInside(rect, x, y));
  }

  // Spans under the point, shortest first.
  function at(x, y) {
    const caret = caretAt(x, y);
    if (!caret || !offsets.blockOf(caret[0])) return [];
    const offset = offsets.pointToOffset(...caret);
    return intervals()
      .touching(offset)
      .filter((span) => covers(span, x, y))
      .sort((a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start);
  }

  return {
    at,
    setSpans(spans) {
      latest = spans;
      built = null;
    },
    touching: (start, end) => intervals().touching(start, end),
  };
}
