// Where words stand, in pixels from the article's head. Kept until the text changes its size.

export function createPlaces(offsets) {
  const exact = new Map();
  let blocks = null;

  const head = () => offsets.root.getBoundingClientRect().top;

  // The place of the card's first character.
  function topOf(card) {
    if (exact.has(card.id)) return exact.get(card.id);
    const start = Number(card.dataset.start);
    const words = offsets.rangeOf(start, start + 1)?.getBoundingClientRect();
    const top = words ? words.top - head() : 0;
    exact.set(card.id, top);
    return top;
  }

  function measureBlocks() {
    const from = head();
    return offsets.blocks.map(({ element, start, end }) => {
      const { top, height } = element.getBoundingClientRect();
      return { top: top - from, start, perCharacter: height / Math.max(1, end - start) };
    });
  }

  // The same to a line or two, by where the words stand in their block. Exact places of 10,000 cards are a task of their own.
  function roughTopOf(card) {
    blocks ??= measureBlocks();
    const at = Number(card.dataset.start);
    const { top, start, perCharacter } = blocks[offsets.blockIndexAt(at)];
    return top + Math.max(0, at - start) * perCharacter;
  }

  return {
    topOf,
    roughTopOf,
    forget() {
      exact.clear();
      blocks = null;
    },
  };
}
