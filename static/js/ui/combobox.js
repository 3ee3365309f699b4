// Autocomplete after the ARIA 1.2 combobox pattern: `<div class="combobox" data-combobox data-url="…">` around
// `<input name="claimant">` and, where the record's id is wanted, `<input type="hidden" name="claimant_id">`.
//
// The server answers GET `data-url`?q=… with {"results": [{"id", "label", "hint"}]}. Free text stays: a name that is no
// suggestion is sent with an empty id and becomes a new record.

import { announce } from "./announce.js";
import { ApiError, request } from "./api.js";

const PAUSE_MS = 150;
let count = 0;

export function optionElement({ id, label, hint, isNew }, key) {
  const option = document.createElement("li");
  option.className = isNew ? "option option-new" : "option";
  option.id = key;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  Object.assign(option.dataset, { id: id ?? "", label });
  option.append(isNew ? `New: ${label}` : label);
  if (hint) {
    const small = document.createElement("span");
    small.className = "option-hint";
    small.textContent = hint;
    option.append(" ", small);
  }
  return option;
}

function prepare(box) {
  const input = box.querySelector("input:not([type=hidden])");
  const list = box.querySelector("[role=listbox]") ?? box.appendChild(document.createElement("ul"));
  count += 1;
  list.id ||= `combobox-list-${count}`;
  list.className = "listbox";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() || "Suggestions");
  list.hidden = true;
  const attributes = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  input.autocomplete = "off";
  return { input, list, hidden: box.querySelector("input[type=hidden]") };
}

export function createCombobox(box) {
  const { input, list, hidden } = prepare(box);
  let current = -1;
  let timer = 0;
  let asking = new AbortController();

  const options = () => [...list.children];

  function setOpen(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) setCurrent(-1);
  }

  function setCurrent(index) {
    options()[current]?.setAttribute("aria-selected", "false");
    current = index;
    const option = options()[current];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    input.value = option.dataset.label;
    if (hidden) hidden.value = option.dataset.id;
    setOpen(false);
    box.dispatchEvent(new CustomEvent("combobox:chosen", { bubbles: true, detail: { ...option.dataset } }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(results, typed) {
    const isKnown = results.some(({ label }) => label.toLowerCase() === typed.toLowerCase());
    const items = isKnown ? results : [...results, { label: typed, isNew: true }];
    list.replaceChildren(...items.map((item, i) => optionElement(item, `${list.id}-${i}`)));
    setOpen(true);
    announce(results.length ? `${results.length} suggestions` : `No suggestion. “${typed}” will be a new record.`);
  }

  async function suggest() {
    const typed = input.value.trim();
    asking.abort();
    if (!typed) return setOpen(false);
    asking = new AbortController();
    const { signal } = asking;
    const url = new URL(box.dataset.url, location.href);
    url.searchParams.set("q", typed);
    try {
      const { data } = await request(url, { signal });
      if (document.activeElement === input) show(data.results, typed);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      setOpen(false);
      announce("No suggestions now. What you type is kept as a new name.");
    }
  }

  const step = (by) => () => {
    if (list.hidden) return suggest();
    setCurrent((current + by + options().length + (current < 0 && by < 0 ? 1 : 0)) % options().length);
  };
  const accept = (event) => {
    if (list.hidden || current < 0) return false;
    choose(options()[current]);
    return event.key !== "Tab";
  };
  const keys = {
    ArrowDown: step(1),
    ArrowUp: step(-1),
    Enter: accept,
    Tab: (event) => accept(event) && false,
    Escape: () => (list.hidden ? false : setOpen(false)),
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
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
  input.addEventListener("blur", () => setOpen(false));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
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
