// What is site furniture and what is the article: one key changes the blocks that the words (or the caret) are in.

function ownRole(block) {
  const tag = block.element.localName;
  if (tag === "li") return "list";
  return block.start === 0 ? "headline" : "body";
}

function blocksOf(offsets, words) {
  if (words) return offsets.blocks.slice(offsets.blockIndexAt(words.start), offsets.blockIndexAt(words.end - 1) + 1);
  const { anchorNode } = document.getSelection();
  const block = anchorNode && offsets.root.contains(anchorNode) ? offsets.blockOf(anchorNode) : undefined;
  return block ? [block] : [];
}

// The request's `roles` for the blocks, such as "12:furniture 13:furniture"; "" when no block is meant.
export function rolesToSet(offsets, words) {
  const blocks = blocksOf(offsets, words);
  const isFurniture = blocks.every((block) => block.element.dataset.role === "furniture");
  return blocks
    .map((block) => `${block.element.dataset.block}:${isFurniture ? ownRole(block) : "furniture"}`)
    .join(" ");
}

// `roles` is the role of each block by its number.
export function showRoles(offsets, roles) {
  for (const { element } of offsets.blocks) {
    const role = roles[Number(element.dataset.block)];
    if (role && element.dataset.role !== role) element.dataset.role = role;
  }
}
