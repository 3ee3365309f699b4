// The only module that converts between UTF-16 (what the DOM and JavaScript count) and Unicode code points
// (what the server, the API and the W3C model count). Offsets are zero-based and half-open.
//
// The article holds blocks, elements with `data-start` (code points). A block's text nodes are exactly the revision's
// text from that offset on; between two blocks stand line feeds that no node shows (`\n\n`).

import { firstIndex } from "../first-index.js";

const SURROGATE_PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;

export function codePointLength(text) {
  return text.length - astralIndexes(text).length;
}

// UTF-16 indexes of the characters that take two units. Empty for most texts, which makes conversion free.
function astralIndexes(text) {
  const found = [];
  for (const match of text.matchAll(SURROGATE_PAIR)) found.push(match.index);
  return found;
}

// One text's converter. `asPoints[i]` is the code point index of the i-th wide character.
function createConverter(text) {
  const astral = astralIndexes(text);
  const asPoints = astral.map((unit, i) => unit - i);
  return {
    length: text.length - astral.length,
    toCodePoints: (unit) => unit - firstIndex(astral, (at) => at >= unit),
    toUnits: (point) => point + firstIndex(asPoints, (at) => at >= point),
  };
}

function createBlock(element) {
  const start = Number(element.dataset.start);
  let text = null;
  let converter = null;
  const load = () => {
    if (text === null) {
      text = element.textContent;
      converter = createConverter(text);
    }
    return converter;
  };
  return {
    element,
    start,
    get text() {
      load();
      return text;
    },
    get end() {
      return start + load().length;
    },
    // Code point offset in the revision of a UTF-16 index in this block, and back.
    offsetAt: (unit) => start + load().toCodePoints(unit),
    unitAt: (offset) => load().toUnits(Math.max(0, offset - start)),
  };
}

// The text node and the index in it for a UTF-16 index in the block. `after` prefers the node that begins there.
function nodeAt(element, unit, after) {
  const { firstChild } = element;
  // Nearly always: a walker for each end of ten thousand ranges was garbage to collect while scrolling.
  if (firstChild instanceof Text && !firstChild.nextSibling) return [firstChild, Math.min(unit, firstChild.length)];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = unit;
  let last = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left < node.length || (left === node.length && !after)) return [node, left];
    left -= node.length;
    last = node;
  }
  return last ? [last, last.length] : [element, 0];
}

// `root` is the article element. Its text never changes while the index lives; marks may be wrapped and unwrapped.
export function createOffsets(root) {
  const blocks = Array.from(root.querySelectorAll("[data-start]"), createBlock);
  const byElement = new Map(blocks.map((block) => [block.element, block]));
  const end = () => (blocks.length ? blocks.at(-1).end : 0);

  // Index of the block that holds the offset; an offset between two blocks belongs to the one before it.
  function blockIndexAt(offset) {
    return Math.max(0, firstIndex(blocks, (block) => block.start > offset) - 1);
  }

  function blockOf(node) {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const found = element?.closest("[data-start]");
    return found ? byElement.get(found) : undefined;
  }

  // A DOM point to its offset. A point outside every block goes to the next block's start (bias "start") or to the end
  // of the block before (bias "end").
  function pointToOffset(node, unit, bias = "start") {
    const block = blockOf(node);
    if (!block) return pointBetween(node, unit, bias);
    const before = new Range();
    before.setStart(block.element, 0);
    before.setEnd(node, unit);
    return block.offsetAt(before.toString().length);
  }

  function pointBetween(node, unit, bias) {
    const probe = new Range();
    const next = firstIndex(blocks, (block) => {
      probe.selectNodeContents(block.element);
      return probe.comparePoint(node, unit) <= 0;
    });
    if (bias === "end") return next ? blocks[next - 1].end : 0;
    return next < blocks.length ? blocks[next].start : end();
  }

  // The DOM Range of [start, stop), or null when nothing visible is left of it.
  function rangeOf(start, stop) {
    if (!blocks.length || stop <= start || start < 0 || start >= end()) return null;
    let first = blockIndexAt(start);
    if (start >= blocks[first].end && first + 1 < blocks.length) first += 1;
    const last = blocks[blockIndexAt(stop - 1)];
    const range = new Range();
    range.setStart(...nodeAt(blocks[first].element, blocks[first].unitAt(start), true));
    range.setEnd(...nodeAt(last.element, last.unitAt(Math.min(stop, last.end)), false));
    return range.collapsed ? null : range;
  }

  // The DOM point of an offset; `after` prefers the text node that begins there to the one that ends there.
  function pointOf(offset, after = true) {
    const block = blocks[blockIndexAt(offset)];
    return block ? nodeAt(block.element, Math.min(block.unitAt(offset), block.text.length), after) : [root, 0];
  }

  // The revision's own characters of [start, stop), the line feeds between blocks included.
  function slice(start, stop) {
    const parts = [];
    for (let i = blockIndexAt(start); i < blocks.length && blocks[i].start < stop; i += 1) {
      const block = blocks[i];
      parts.push(block.text.slice(block.unitAt(start), block.unitAt(Math.min(stop, block.end))));
      const gapEnd = Math.min(stop, blocks[i + 1]?.start ?? block.end);
      parts.push("\n".repeat(Math.max(0, gapEnd - Math.max(start, block.end))));
    }
    return parts.join("");
  }

  // Where what the page shows contradicts the offsets the server wrote; empty in every sound article.
  function mismatches() {
    return blocks.filter((block, i) => i > 0 && block.start - blocks[i - 1].end !== 2).map((block) => block.start);
  }

  return { root, blocks, blockIndexAt, blockOf, pointToOffset, pointOf, rangeOf, slice, mismatches, end };
}
