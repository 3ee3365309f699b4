// Tabs: [data-tabs] holds [role=tablist] with [role=tab][aria-controls] and the [role=tabpanel]s. Arrow keys move and select.
// Tabs that are pages of their own are plain links with aria-current="page" and need no script.
function select(tab) {
  const tabs = [...tab.closest('[role="tablist"]').querySelectorAll('[role="tab"]')];
  for (const each of tabs) {
    const isSelected = each === tab;
    each.setAttribute("aria-selected", String(isSelected));
    each.tabIndex = isSelected ? 0 : -1;
    const panel = document.getElementById(each.getAttribute("aria-controls"));
    if (panel) panel.hidden = !isSelected;
  }
  tab.dispatchEvent(new CustomEvent("tab:select", { bubbles: true }));
}

function neighbour(tab, key) {
  const tabs = [...tab.closest('[role="tablist"]').querySelectorAll('[role="tab"]')];
  const at = tabs.indexOf(tab);
  const moves = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
  return key in moves ? tabs[(moves[key] + tabs.length) % tabs.length] : null;
}

// Where there is more than is seen, the edge is faded (components/data.css).
function watchEdges(list) {
  const show = () => {
    const before = Math.abs(list.scrollLeft);
    list.toggleAttribute("data-more-before", before > 1);
    list.toggleAttribute("data-more-after", list.scrollWidth - list.clientWidth - before > 1);
  };
  list.addEventListener("scroll", show, { passive: true });
  new ResizeObserver(show).observe(list);
}

// A row of tabs scrolls where it is too long for the screen: the current one is shown in its middle.
function showCurrent() {
  for (const tab of document.querySelectorAll('.tabs .tab:is([aria-current="page"], [aria-selected="true"])')) {
    const row = tab.closest(".tabs");
    const [box, around] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += (box.left + box.right - around.left - around.right) / 2;
  }
}

export function startTabs() {
  for (const list of document.querySelectorAll(".tabs")) watchEdges(list);
  showCurrent();
  document.addEventListener("htmx:after:swap", showCurrent);
  document.addEventListener("click", (event) => {
    const tab = event.target.closest('[data-tabs] [role="tab"]');
    if (tab) select(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.('[data-tabs] [role="tab"]');
    const next = tab && neighbour(tab, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
    select(next);
  });
}
