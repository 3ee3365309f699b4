// Where a floating box goes: pure geometry, no DOM.

const GAP = 8;

// Left and top, in viewport pixels, of a box of `size` beside `rect`, wholly inside `view` {left?, top?, width, height}
// where it fits; width and height are the right and the lower edge.
export function placeBeside(rect, size, view, { below = false } = {}) {
  const centred = rect.left + rect.width / 2 - size.width / 2;
  const left = Math.max((view.left ?? 0) + GAP, Math.min(centred, view.width - size.width - GAP));
  const above = rect.top - size.height - GAP;
  const under = rect.bottom + GAP;
  const fitsAbove = above >= (view.top ?? 0) + GAP;
  const fitsUnder = under + size.height + GAP <= view.height;
  const wanted = below ? (fitsUnder || !fitsAbove ? under : above) : fitsAbove || !fitsUnder ? above : under;
  return { left, top: Math.max((view.top ?? 0) + GAP, Math.min(wanted, view.height - size.height - GAP)) };
}

// Where the bar of a selection belongs, of the rects of its words: at the end that moved, on the far side of the words,
// and near the mouse. Words in one line have it above them; a touch screen's own menu stands there already.
export function anchorOf(rects, { by = "keyboard", x = null, isBackward = false } = {}) {
  const [first, last] = [rects[0], rects.at(-1)];
  const isOneLine = Math.abs(first.top - last.top) < first.height / 2;
  const below = by === "touch" || (!isOneLine && !isBackward);
  const line = below ? last : first;
  if (x === null) return { rect: line, below };
  const left = Math.max(line.left, Math.min(x, line.right));
  return { rect: { left, width: 0, top: line.top, bottom: line.bottom }, below };
}

// Tops of boxes that want to stand at `wanted[i]`, in order, without touching. The active one gets its wish; those before
// it make room upwards, those after it downwards.
export function stack(wanted, heights, { gap = GAP, active = -1 } = {}) {
  const tops = [];
  let floor = 0;
  wanted.forEach((wish, i) => {
    tops[i] = i === active ? wish : Math.max(wish, floor);
    floor = tops[i] + heights[i] + gap;
  });
  for (let i = active - 1; i >= 0; i -= 1) tops[i] = Math.min(tops[i], tops[i + 1] - heights[i] - gap);
  const overflow = Math.min(0, tops[0] ?? 0);
  return overflow < 0 ? pushDown(tops, heights, gap) : tops;
}

// Nothing may leave the column's head: what does not fit above the active box moves everything below it down.
function pushDown(tops, heights, gap) {
  let floor = 0;
  return tops.map((top, i) => {
    const placed = Math.max(top, floor);
    floor = placed + heights[i] + gap;
    return placed;
  });
}

// Puts a positioned element at viewport coordinates, whatever its containing block. An element that the stylesheet
// docks (position: fixed on a phone) stays where the stylesheet wants it.
export function moveTo(element, { left, top }) {
  if (getComputedStyle(element).position === "fixed") {
    element.style.removeProperty("left");
    element.style.removeProperty("top");
    return;
  }
  const parent = element.offsetParent ?? document.documentElement;
  const isPage = parent === document.body || parent === document.documentElement;
  const origin =
    isPage && getComputedStyle(parent).position === "static"
      ? { left: -scrollX, top: -scrollY }
      : parent.getBoundingClientRect();
  element.style.setProperty("left", `${left - origin.left + (isPage ? 0 : parent.scrollLeft)}px`);
  element.style.setProperty("top", `${top - origin.top + (isPage ? 0 : parent.scrollTop)}px`);
}
