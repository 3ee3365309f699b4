// Autocomplete after the ARIA 1.2 combobox pattern: `<div class="combobox" data-combobox data-url="…">` around
// `<input name="claimant">` and, where the record's id is wanted, `<input type="hidden" name="claimant_id">`.
//
// Free text stays: a name that is no suggestion is sent with an empty id and becomes a new record, unless the box says
// `data-known-only`.

import { announce } from "../notices/announce.js";
import { gettext, interpolate, ngettext } from "../words.js";
import { createListbox, createSuggestions, isPlainKey } from "./listbox.js";

const PAUSE_MS = 150;

function prepare(box) {
  const input = box.querySelector("input:not([type=hidden])");
  const listbox = createListbox(box, input, input.labels?.[0]?.textContent.trim() || gettext("Suggestions"));
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.autocomplete = "off";
  return { input, listbox, hidden: box.querySelector("input[type=hidden]") };
}

function createCombobox(box) {
  const { input, listbox, hidden } = prepare(box);
  let timer = 0;

  function close() {
    listbox.close();
    input.setAttribute("aria-expanded", "false");
  }

  const suggestions = createSuggestions(() => {
    close();
    announce(gettext("No suggestions right now. What you type is kept as a new name."));
  });

  function choose(option) {
    input.value = option.dataset.label;
    if (hidden) hidden.value = option.dataset.id;
    close();
    box.dispatchEvent(new CustomEvent("combobox:chosen", { bubbles: true, detail: { ...option.dataset } }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(results, typed) {
    const isKnown = results.some(({ label }) => label.toLowerCase() === typed.toLowerCase());
    const canAdd = box.dataset.knownOnly === undefined;
    const items = isKnown || !canAdd ? results : [...results, { label: typed, isNew: true }];
    listbox.setCurrent(-1);
    listbox.open(items);
    input.setAttribute("aria-expanded", "true");
    const none = interpolate(
      canAdd ? gettext("No match. “%(typed)s” will be added as new.") : gettext("Nothing found for “%(typed)s”."),
      {
        typed,
      },
    );
    announce(
      results.length
        ? interpolate(ngettext("%(count)s suggestion", "%(count)s suggestions", results.length), {
            count: results.length,
          })
        : none,
    );
  }

  async function suggest() {
    const typed = input.value.trim();
    if (!typed) {
      suggestions.stop();
      return close();
    }
    const results = await suggestions.ask(box.dataset.url, typed);
    if (results && document.activeElement === input) show(results, typed);
  }

  const step = (by) => () => (listbox.isOpen ? listbox.step(by) : suggest());
  const accept = (event) => {
    if (!listbox.isOpen || !listbox.option) return false;
    choose(listbox.option);
    return event.key !== "Tab";
  };
  const keys = {
    ArrowDown: step(1),
    ArrowUp: step(-1),
    Enter: accept,
    Tab: accept,
    Escape: () => (listbox.isOpen ? close() : false),
  };

  input.addEventListener("keydown", (event) => {
    if (!isPlainKey(event)) return;
    const handled = keys[event.key] && keys[event.key](event) !== false;
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  });
  // A half-typed name must not become a record: drafts send it only when the field is left.
  input.addEventListener("change", () => {
    delete box.dataset.uncommitted;
  });
  input.addEventListener("input", (event) => {
    box.dataset.uncommitted = "";
    if (hidden) hidden.value = "";
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(suggest, PAUSE_MS);
  });
  input.addEventListener("compositionend", () => suggest());
  input.addEventListener("blur", close);
  listbox.list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}

export function mountComboboxes(root = document) {
  for (const box of root.querySelectorAll("[data-combobox]:not([data-ready])")) {
    box.dataset.ready = "";
    createCombobox(box);
  }
}
