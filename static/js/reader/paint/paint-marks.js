// The fallback: <mark> elements, flattened so that overlapping spans never nest. A block is rebuilt only when its spans
// changed while it is near the viewport, and the reader's selection survives it.

import { spanKey } from "./spans.js";

// Flattened pieces of one block: [{from, to, spans}] in UTF-16 units of the block's text, gaps without spans left out.
export function flatten(block, spans) {
  const edges = [];
  for (const span of spans) {
    edges.push({ at: block.unitAt(span.start), span, isStart: true });
    edges.push({ at: block.unitAt(Math.min(span.end, block.end)), span, isStart: false });
  }
  edges.sort((a, b) => a.at - b.at);
  const pieces = [];
  const open = new Set();
  let from = 0;
  for (const { at, span, isStart } of edges) {
    if (open.size && at > from) pieces.push({ from, to: at, spans: [...open] });
    from = at;
    if (isStart) open.add(span);
    else open.delete(span);
  }
  return pieces;
}

function markOf(text, spans) {
  const mark = document.createElement("mark");
  mark.dataset.groups = [...new Set(spans.map((span) => span.group))].join(" ");
  mark.dataset.claims = [...new Set(spans.map((span) => span.claim))].join(" ");
  mark.dataset.spans = spans.map((span) => span.id).join(" ");
  mark.textContent = text;
  return mark;
}

// Runs `change`, which replaces the element's nodes, and puts back the ends of a selection that lay in them.
function keepSelection(offsets, element, change) {
  const selection = document.getSelection();
  if (!selection.rangeCount || !selection.containsNode(element, true)) return change();
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  const remember = (node, unit) => {
    if (!element.contains(node)) return () => [node, unit];
    const offset = offsets.pointToOffset(node, unit);
    return () => offsets.pointOf(offset);
  };
  const anchor = remember(anchorNode, anchorOffset);
  const focus = remember(focusNode, focusOffset);
  change();
  selection.setBaseAndExtent(...anchor(), ...focus());
}

export function createMarkBackend(offsets) {
  const drawn = new Map();
  let latest = { visible: new Set(), byBlock: new Map() };
  let active = [];
  let search = [];

  function spansOf(index) {
    const block = offsets.blocks[index];
    const extra = [...active, ...search].filter((span) => span.start < block.end && span.end > block.start);
    return [...(latest.byBlock.get(index) ?? []), ...extra];
  }

  function draw(index) {
    const block = offsets.blocks[index];
    const spans = spansOf(index);
    const signature = spans.map(spanKey).join("\n");
    if ((drawn.get(index) ?? "") === signature) return;
    drawn.set(index, signature);
    keepSelection(offsets, block.element, () => wrap(block, spans));
  }

  function wrap(block, spans) {
    const nodes = [];
    let done = 0;
    for (const { from, to, spans: over } of flatten(block, spans)) {
      nodes.push(block.text.slice(done, from), markOf(block.text.slice(from, to), over));
      done = to;
    }
    nodes.push(block.text.slice(done));
    block.element.replaceChildren(...nodes.filter((node) => node !== ""));
  }

  const drawVisible = () => {
    for (const index of latest.visible) draw(index);
  };

  return {
    paint(state) {
      latest = state;
      drawVisible();
    },
    setActive(spans) {
      active = spans.map((span) => ({ ...span, group: "active" }));
      drawVisible();
    },
    setSearch(span) {
      search = span ? [{ ...span, group: "search" }] : [];
      drawVisible();
    },
  };
}
