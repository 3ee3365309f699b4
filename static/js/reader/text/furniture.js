// Mark the blocks of the selection or caret as site furniture, or as part of the article again.

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

// Returns the request's `roles`, such as "12:furniture 13:furniture"; "" where no block is selected.
export function rolesToSet(offsets, words) {
  const blocks = blocksOf(offsets, words);
  const isFurniture = blocks.every((block) => block.element.dataset.role === "furniture");
  return blocks
    .map((block) => `${block.element.dataset.block}:${isFurniture ? ownRole(block) : "furniture"}`)
    .join(" ");
}

// `roles` maps a block's number to its role.
export function showRoles(offsets, roles) {
  for (const { element } of offsets.blocks) {
    const role = roles[Number(element.dataset.block)];
    if (role && element.dataset.role !== role) element.dataset.role = role;
  }
}
