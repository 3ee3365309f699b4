// Find the spans that cover a point or touch a stretch: an implicit balanced tree over the spans sorted by start, each
// node with the largest end below it. Building takes n log n, a query log n plus its results.

export function createIntervals(spans) {
  const sorted = [...spans].sort((a, b) => a.start - b.start || a.end - b.end);
  const maxEnd = new Float64Array(sorted.length);

  function build(low, high) {
    if (low >= high) return -1;
    const middle = (low + high) >> 1;
    maxEnd[middle] = Math.max(sorted[middle].end, build(low, middle), build(middle + 1, high));
    return maxEnd[middle];
  }
  build(0, sorted.length);

  function collect(low, high, start, end, found) {
    if (low >= high) return;
    const middle = (low + high) >> 1;
    if (maxEnd[middle] < start) return;
    collect(low, middle, start, end, found);
    const span = sorted[middle];
    if (span.start <= end && span.end >= start) found.push(span);
    if (span.start <= end) collect(middle + 1, high, start, end, found);
  }

  // Spans that share a character with, or touch, [start, end], in order of their start.
  function touching(start, end = start) {
    const found = [];
    collect(0, sorted.length, start, end, found);
    return found;
  }

  return { touching };
}
