// Bind keys on screens without a module of their own: j and k walk [data-row], Enter opens a row, m clicks its
// [data-action=confirm], t its [data-action=accept], d its [data-action=dismiss], h the page's [data-action=harmless],
// / focuses [data-search]. On every screen o opens [data-paste] and writes there; where there is none it leads to the articles.
import { addKeys, createKeys, hasKeys } from "./keys.js";
import { createWalk } from "./walk.js";

function focusSearch() {
  const field = document.querySelector("[data-search]");
  field.focus();
  field.select();
}

const PASTE = "/articles/?import=text";

function openPaste() {
  const box = document.querySelector("details[data-paste]");
  if (!box) return document.querySelector('.topbar .nav-list a[href="/articles/"]') ? location.assign(PASTE) : false;
  box.open = true;
  return box.querySelector('[name="import-text"]').focus();
}

const currentRow = () => document.activeElement?.closest("[data-row]");

function bind() {
  if (hasKeys() || !document.querySelector(".topbar .nav-list")) return;
  const walk = createWalk("[data-row]", (row) => row.querySelector("a, button"));
  const has = (selector) => document.querySelector(selector) !== null;
  createKeys({
    ...(has("[data-row]") && { "next-claim": () => walk(1), "previous-claim": () => walk(-1) }),
    ...(has("[data-search]") && { search: focusSearch }),
    ...Object.fromEntries(
      ["confirm", "accept", "dismiss"]
        .filter((action) => has(`[data-row] [data-action=${action}]`))
        .map((action) => [action, () => currentRow()?.querySelector(`[data-action=${action}]`)?.click() ?? false]),
    ),
    ...(has("[data-action=harmless]") && {
      "confirm-all": () => document.querySelector("[data-action=harmless]").click(),
    }),
  });
}

export function startListKeys() {
  addKeys({ "paste-article": openPaste });
  if (new URLSearchParams(location.search).get("import") === "text" && document.querySelector("[data-paste]"))
    openPaste();
  document.addEventListener("DOMContentLoaded", bind); // after the screen's own modules
}
