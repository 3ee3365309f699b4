// Grapheme clusters: what a reader sees as one character. A family emoji is seven code points and must stay one.

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
// Its tables are loaded by its first use: while the page starts, not with the first selection.
segmenter.segment("a").containing(0);
const ONLY_SPACE = /^\s+$/;

// The start of the cluster that the UTF-16 index falls into.
export function clusterStart(text, unit) {
  return segmenter.segment(text).containing(unit)?.index ?? unit;
}

// The end of the cluster that the index falls into; the index itself where it is a boundary.
export function clusterEnd(text, unit) {
  const cluster = segmenter.segment(text).containing(unit);
  return cluster && cluster.index < unit ? cluster.index + cluster.segment.length : unit;
}

// Number of outer UTF-16 units that are clusters of nothing but white space. A space that carries a combining accent is
// a visible character. White space lies in the basic plane, so units are code points here.
export function outerSpace(text) {
  const clusters = segmenter.segment(text);
  let leading = 0;
  for (const { segment } of clusters) {
    if (!ONLY_SPACE.test(segment)) break;
    leading += segment.length;
  }
  let stop = text.length;
  while (stop > leading) {
    const { segment, index } = clusters.containing(stop - 1);
    if (!ONLY_SPACE.test(segment)) break;
    stop = index;
  }
  return { leading, trailing: text.length - stop };
}
