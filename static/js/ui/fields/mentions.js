// Offer colleagues for `@Name` in a comment: `<div class="combobox" data-mentions="…"><textarea>…</textarea></div>`.
// The text stays plain: without script or answer a name can be typed out.
//
// A <textarea> may not take the role combobox (ARIA in HTML), so it stays a textbox that owns a listbox, and the live
// region says how many names there are. ArrowDown and ArrowUp walk, Enter and Tab take, Escape leaves.

import { announce } from "../notices/announce.js";
import { gettext, interpolate, ngettext } from "../words.js";
import { createListbox, createSuggestions, isPlainKey } from "./listbox.js";

const PAUSE_MS = 120;
// An @ that begins a word, and up to two words of a name after it, at the cursor.
const CALL = /(?<![\p{L}\p{N}_@.])@((?:[\p{L}\p{M}\p{N}'’.-]+ ?)?[\p{L}\p{M}\p{N}'’.-]*)$/u;

function callAt(area) {
  if (area.selectionStart !== area.selectionEnd) return null;
  const call = area.value.slice(0, area.selectionStart).match(CALL);
  return call && { words: call[1], from: call.index };
}

export function watchMentions() {
  // By box: htmx replaces boxes, so a list is made when its box first needs one.
  const listboxes = new WeakMap();
  let area = null;
  let listbox = null;
  let timer = 0;
  const suggestions = createSuggestions(() =>
    announce(gettext("No suggestions right now. Type the whole name: they are notified all the same.")),
  );

  function close() {
    clearTimeout(timer);
    suggestions.stop();
    if (listbox?.isOpen) listbox.close();
  }

  function show(box, results) {
    area = box.querySelector("textarea");
    if (!listboxes.has(box)) listboxes.set(box, createListbox(box, area, gettext("Colleagues")));
    listbox = listboxes.get(box);
    listbox.open(results);
    listbox.setCurrent(0);
    const said = ngettext(
      "%(name)s. Enter to mention.",
      "%(count)s colleagues, %(name)s. Enter to mention.",
      results.length,
    );
    announce(interpolate(said, { count: results.length, name: results[0].label }));
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
    const results = await suggestions.ask(box.dataset.mentions, call.words);
    if (results?.length && document.activeElement === typed) show(box, results);
  }

  const keys = {
    ArrowDown: () => listbox.step(1),
    ArrowUp: () => listbox.step(-1),
    Enter: () => choose(listbox.option),
    Tab: () => choose(listbox.option),
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
      const isOurs = isPlainKey(event) && !event.shiftKey && listbox?.isOpen && event.target === area;
      if (!isOurs || !keys[event.key]) return;
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
