// Offer colleagues for `@Name` in a comment: `<div class="combobox" data-mentions="…"><textarea>…</textarea></div>`.
// GET `data-mentions`?q=… answers {"results": [{"id", "label"}]}. The text stays plain: without script or answer a name
// can be typed out.
//
// A <textarea> may not take the role combobox (ARIA in HTML), so it stays a textbox that owns a listbox, and the live
// region says how many names there are. ArrowDown and ArrowUp walk, Enter and Tab take, Escape leaves.

import { announce } from "./announce.js";
import { ApiError, request } from "./api.js";
import { optionElement } from "./combobox.js";

const PAUSE_MS = 120;
// An @ that begins a word, and up to two words of a name after it, at the cursor.
const CALL = /(?<![\p{L}\p{N}_@.])@((?:[\p{L}\p{M}\p{N}'’.-]+ ?)?[\p{L}\p{M}\p{N}'’.-]*)$/u;
let count = 0;

function listOf(box) {
  const found = box.querySelector("[role=listbox]");
  if (found) return found;
  const list = document.createElement("ul");
  count += 1;
  Object.assign(list, { id: `mentions-${count}`, className: "listbox", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Colleagues");
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the cursor stays where it is
  const area = box.querySelector("textarea");
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  box.append(list);
  return list;
}

function callAt(area) {
  if (area.selectionStart !== area.selectionEnd) return null;
  const call = area.value.slice(0, area.selectionStart).match(CALL);
  return call && { words: call[1], from: call.index };
}

export function watchMentions() {
  let area = null;
  let list = null;
  let current = -1;
  let timer = 0;
  let asking = new AbortController();

  const isOpen = () => list !== null && !list.hidden;

  function setCurrent(index) {
    list.children[current]?.setAttribute("aria-selected", "false");
    current = index;
    const option = list.children[current];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", option.id);
  }

  function close() {
    clearTimeout(timer);
    asking.abort();
    if (!isOpen()) return;
    list.hidden = true;
    current = -1;
    area.removeAttribute("aria-activedescendant");
  }

  function show(box, results) {
    close();
    if (!results.length) return;
    list = listOf(box);
    area = box.querySelector("textarea");
    list.replaceChildren(...results.map((one, i) => optionElement(one, `${list.id}-${i}`)));
    list.hidden = false;
    setCurrent(0);
    const names = results.length === 1 ? results[0].label : `${results.length} colleagues, ${results[0].label}`;
    announce(`${names}: Enter to call.`);
  }

  function choose(option) {
    const call = callAt(area);
    close();
    if (!call) return;
    const after = /^\s/.test(area.value.slice(area.selectionStart)) ? "" : " ";
    area.setRangeText(`@${option.dataset.label}${after}`, call.from, area.selectionStart, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function suggest(box) {
    const typed = box.querySelector("textarea");
    const call = callAt(typed);
    close();
    if (!call) return;
    asking = new AbortController();
    const { signal } = asking;
    const url = new URL(box.dataset.mentions, location.href);
    url.searchParams.set("q", call.words);
    try {
      const { data } = await request(url, { signal });
      if (!signal.aborted && document.activeElement === typed) show(box, data.results);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      announce("No names now. Write the name out: it calls as well.");
    }
  }

  const step = (by) => setCurrent((current + by + list.children.length) % list.children.length);
  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Enter: () => choose(list.children[current]),
    Tab: () => choose(list.children[current]),
    Escape: close,
  };

  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-mentions]");
    if (!box) return;
    clearTimeout(timer);
    if (!callAt(event.target)) return close();
    timer = setTimeout(() => suggest(box), PAUSE_MS);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const isPlain = !(event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
      if (!isPlain || !isOpen() || event.target !== area || !keys[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      keys[event.key]();
    },
    { capture: true },
  );
  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-mentions] [role=option]");
    if (option) choose(option);
    else close();
  });
  document.addEventListener("focusout", (event) => event.target === area && close());
}
