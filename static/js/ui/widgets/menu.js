// <details data-menu>: closes on Escape, on a click outside, and when focus leaves; arrow keys move through its items.
const ITEMS = "a[href], button:not(:disabled), input:not(:disabled)";

function close(menu, { refocus = false } = {}) {
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
}

function closeOthers(target) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(target)) close(menu);
  }
}

function step(menu, key) {
  const items = [...menu.querySelectorAll(`.menu-panel :is(${ITEMS})`)].filter((item) => item.checkVisibility());
  if (!items.length) return;
  const at = items.indexOf(document.activeElement);
  const last = items.length - 1;
  const next = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[key];
  items[next].focus();
}

function onKey(event) {
  const menu = event.target.closest?.("details[data-menu]");
  if (!menu?.open) return;
  if (event.key === "Escape") {
    event.stopPropagation();
    close(menu, { refocus: true });
  } else if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) && event.target.type !== "text") {
    event.preventDefault();
    step(menu, event.key);
  }
}

export function startMenus() {
  document.addEventListener("click", (event) => closeOthers(event.target));
  document.addEventListener("focusin", (event) => closeOthers(event.target));
  document.addEventListener("keydown", onKey);
}
