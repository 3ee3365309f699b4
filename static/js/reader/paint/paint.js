// Paints spans on the article: with the CSS Custom Highlight API, or with <mark> elements where it is missing.
//
// Only spans of blocks near the viewport are painted. Measured with 10,000 spans: one registered highlight per span
// took seconds to the next frame, one per group 85 ms, grouped and windowed 36 ms.

import { createHighlightBackend } from "./paint-highlights.js";
import { createMarkBackend } from "./paint-marks.js";
import { spanKey } from "./spans.js";

const NEARBY = "100% 0px";

export function hasHighlights() {
  return typeof Highlight === "function" && Boolean(globalThis.CSS?.highlights);
}

function wantsMarks() {
  return new URLSearchParams(location.search).get("marks") === "1";
}

// Per block index, the spans that touch it.
function groupByBlock(offsets, spans) {
  const byBlock = new Map();
  for (const span of spans) {
    const last = offsets.blockIndexAt(span.end - 1);
    for (let i = offsets.blockIndexAt(span.start); i <= last; i += 1) {
      if (byBlock.has(i)) byBlock.get(i).push(span);
      else byBlock.set(i, [span]);
    }
  }
  return byBlock;
}

function watchBlocks(offsets, onChange) {
  const indexOf = new Map(offsets.blocks.map((block, i) => [block.element, i]));
  const visible = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) visible.add(indexOf.get(entry.target));
        else visible.delete(indexOf.get(entry.target));
      }
      onChange();
    },
    { rootMargin: NEARBY },
  );
  for (const element of indexOf.keys()) observer.observe(element);
  return visible;
}

// `setSpans` takes the whole list; what did not change keeps its Range. `setActive` takes the spans to stress.
export function createPainter(offsets, { marks = wantsMarks() || !hasHighlights() } = {}) {
  const backend = marks ? createMarkBackend(offsets) : createHighlightBackend(offsets);
  let byBlock = new Map();

  function repaint() {
    const wanted = new Map();
    for (const i of visible) {
      for (const span of byBlock.get(i) ?? []) wanted.set(spanKey(span), span);
    }
    backend.paint({ wanted, visible: visible, byBlock });
  }
  const visible = watchBlocks(offsets, repaint);
  // Paper shows every block, not those near the window.
  const paintAll = () => {
    for (const i of offsets.blocks.keys()) visible.add(i);
    repaint();
  };
  addEventListener("beforeprint", paintAll);

  return {
    mode: marks ? "marks" : "highlights",
    setSpans(spans) {
      byBlock = groupByBlock(offsets, spans);
      repaint();
    },
    setActive: (spans) => backend.setActive(spans),
    setSearch: (span) => backend.setSearch(span),
  };
}
