// Walk a list by keyboard: focus the next or previous item, counted from the focused one.
export function createWalk(selector, focusable = (item) => item) {
  return (by) => {
    const items = [...document.querySelectorAll(selector)];
    if (!items.length) return false;
    const at = items.findIndex((item) => item.contains(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + by, 0), items.length - 1);
    focusable(items[next]).focus();
    items[next].scrollIntoView({ block: "nearest" });
    return true;
  };
}
