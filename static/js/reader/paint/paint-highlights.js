// The Custom Highlight API: one registered Highlight per group, kept for the life of the page, one Range per span.
// A Range belongs to one Highlight alone. The rules `::highlight(group)` stand in the static stylesheet.

// Where several lie on the same words the one of higher priority is drawn above.
const PRIORITY = {
  "claim-parked": 0,
  "claim-marked": 0,
  "claim-selected": 0,
  "claim-checked": 0,
  "claim-published": 0,
  "evidence-context": 1,
  "evidence-supports": 1,
  "evidence-refutes": 1,
  moved: 2,
  changed: 2,
  search: 3,
  active: 4,
};

function registered(group) {
  let highlight = CSS.highlights.get(group);
  if (!highlight) {
    highlight = new Highlight();
    highlight.priority = PRIORITY[group] ?? 0;
    CSS.highlights.set(group, highlight);
  }
  return highlight;
}

// The server may have sent <mark> elements for readers without script: here they would paint everything twice.
function unwrapMarks(offsets) {
  for (const block of offsets.blocks) {
    if (block.element.querySelector("mark")) block.element.replaceChildren(block.text);
  }
}

export function createHighlightBackend(offsets) {
  const painted = new Map();
  let latest = new Map();
  let active = [];
  unwrapMarks(offsets);
  // A name's first registration recalculates the style of the whole article: now, not with the first mark.
  for (const group of Object.keys(PRIORITY)) registered(group);

  function remove(key) {
    const { group, range } = painted.get(key);
    registered(group).delete(range);
    painted.delete(key);
  }

  function add(key, span) {
    const range = offsets.rangeOf(span.start, span.end);
    if (!range) return;
    registered(span.group).add(range);
    painted.set(key, { group: span.group, range });
  }

  // Active words get one paint only: two translucent colours on each other would make a third.
  function repaint() {
    const isUnder = ({ start, end }) => active.some((span) => span.start <= start && span.end >= end);
    const isShown = (key) => latest.has(key) && !isUnder(latest.get(key));
    for (const key of [...painted.keys()]) if (!isShown(key)) remove(key);
    for (const [key, span] of latest) if (isShown(key) && !painted.has(key)) add(key, span);
  }

  function replaceAll(group, spans) {
    const highlight = registered(group);
    highlight.clear();
    for (const span of spans) {
      const range = offsets.rangeOf(span.start, span.end);
      if (range) highlight.add(range);
    }
  }

  return {
    paint({ wanted }) {
      latest = wanted;
      repaint();
    },
    setActive(spans) {
      active = spans;
      replaceAll("active", spans);
      repaint();
    },
    setSearch: (span) => replaceAll("search", span ? [span] : []),
  };
}
