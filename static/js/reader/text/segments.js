// Where characters, words and sentences begin and end, in code points of the revision. Words and characters are the
// browser's; sentences are the server's, so that "U.S. President" is never cut, by the same rules as in the finder.

import { request } from "../../ui/server/api.js";

const SPACE = /^\s+$/;

// Edges of the browser's segments of one block, as [start, end]; what is no word, or is space, is left out.
function cut(block, granularity, language) {
  const segmenter = new Intl.Segmenter(language || undefined, { granularity });
  const found = [];
  for (const { segment, index, isWordLike } of segmenter.segment(block.text)) {
    if (granularity === "word" ? !isWordLike : SPACE.test(segment)) continue;
    found.push([block.offsetAt(index), block.offsetAt(index + segment.length)]);
  }
  return found;
}

const pairs = (flat) => Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);

export function createSegments(offsets, sentencesUrl) {
  const language = offsets.root.closest("[lang]")?.lang;
  const cache = { character: new Map(), word: new Map() };
  let all = [];
  let asked = null;

  // Resolves to all sentences in order. Asked once; a failed request may be repeated.
  function sentences() {
    asked ??= request(sentencesUrl).then(
      ({ data }) => {
        all = pairs(data.bounds);
        return all;
      },
      (error) => {
        asked = null;
        throw error;
      },
    );
    return asked;
  }

  function segmentsOf(index, unit) {
    const block = offsets.blocks[index];
    if (unit === "sentence") return all.filter(([start]) => start >= block.start && start < block.end);
    const known = cache[unit];
    if (!known.has(index)) known.set(index, cut(block, unit === "word" ? "word" : "grapheme", language));
    return known.get(index);
  }

  const edgesOf = (index, unit, edge) => segmentsOf(index, unit).map((segment) => segment[edge === "start" ? 0 : 1]);
  const blockOf = (offset, edge) => offsets.blockIndexAt(edge === "end" ? Math.max(0, offset - 1) : offset);

  return {
    sentences,
    // The next place (by = 1 or -1) where a unit has this edge; null at the end of the article.
    step(offset, edge, unit, by) {
      for (let i = blockOf(offset, edge); i >= 0 && i < offsets.blocks.length; i += by) {
        const edges = edgesOf(i, unit, edge);
        const found = by > 0 ? edges.find((at) => at > offset) : edges.findLast((at) => at < offset);
        if (found !== undefined) return found;
      }
      return null;
    },
    // The edge of the unit that holds the offset; null where none does.
    around(offset, edge, unit) {
      const found = segmentsOf(offsets.blockIndexAt(offset), unit).find(
        ([start, end]) => start <= offset && offset <= end,
      );
      return found ? found[edge === "start" ? 0 : 1] : null;
    },
    // The edge in the same block that is closest to the offset; the offset itself in a block without any.
    nearest(offset, edge, unit) {
      const edges = edgesOf(blockOf(offset, edge), unit, edge);
      return edges.reduce(
        (best, at) => (Math.abs(at - offset) < Math.abs(best - offset) ? at : best),
        edges[0] ?? offset,
      );
    },
  };
}
