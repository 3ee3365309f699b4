// A list of suggestions under a text field, and the questions to the server that fill it.
//
// The server answers GET `address`?q=… with {"results": [{"id", "label", "hint"?}]}.

import { ApiError, request } from "../server/api.js";
import { gettext, interpolate } from "../words.js";

let count = 0;

function optionElement({ id, label, hint, isNew }, key) {
  const option = document.createElement("li");
  option.className = isNew ? "option option-new" : "option";
  option.id = key;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  Object.assign(option.dataset, { id: id ?? "", label });
  option.append(isNew ? interpolate(gettext("New: %(label)s"), { label }) : label);
  if (hint) {
    const small = document.createElement("span");
    small.className = "option-hint";
    small.textContent = hint;
    option.append(" ", small);
  }
  return option;
}

function prepare(box, field, label) {
  const list = box.querySelector("[role=listbox]") ?? box.appendChild(document.createElement("ul"));
  count += 1;
  list.id ||= `listbox-${count}`;
  list.className = "listbox";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  list.hidden = true;
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  // A press on an option must not take the focus from the field.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  return list;
}

// Give the field a list: the one in the box, else a new one.
export function createListbox(box, field, label) {
  const list = prepare(box, field, label);
  let current = -1;

  function setCurrent(index) {
    list.children[current]?.setAttribute("aria-selected", "false");
    current = index;
    const option = list.children[current];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  return {
    list,
    get isOpen() {
      return !list.hidden;
    },
    get option() {
      return list.children[current];
    },
    setCurrent,
    step(by) {
      const { length } = list.children;
      // From none, ArrowUp goes to the last option.
      setCurrent((current + by + length + (current < 0 && by < 0 ? 1 : 0)) % length);
    },
    open(items) {
      list.replaceChildren(...items.map((item, i) => optionElement(item, `${list.id}-${i}`)));
      list.hidden = false;
    },
    close() {
      list.hidden = true;
      setCurrent(-1);
    },
  };
}

// `ask()` resolves to the results, or to null if a newer question or `stop()` came first, or after `onTrouble()`.
export function createSuggestions(onTrouble) {
  let asking = new AbortController();
  return {
    stop: () => asking.abort(),
    async ask(address, words) {
      asking.abort();
      asking = new AbortController();
      const { signal } = asking;
      const url = new URL(address, location.href);
      url.searchParams.set("q", words);
      try {
        const { data } = await request(url, { signal });
        return signal.aborted ? null : data.results;
      } catch (error) {
        if (signal.aborted) return null;
        if (!(error instanceof ApiError)) throw error;
        onTrouble();
        return null;
      }
    },
  };
}

// Keys with a modifier belong to the browser, keys of an unfinished composition to the input method.
export function isPlainKey(event) {
  return !(event.isComposing || event.ctrlKey || event.metaKey || event.altKey);
}
