// Both texts of a lost race side by side, at the foot of the screen: wide enough to read, nothing in the page moves, and
// the focus stays where the person types. While they go on typing, their side follows.

import { element } from "../element.js";
import { icon } from "../icon.js";
import { announce } from "../notices/announce.js";
import { ApiError, request } from "../server/api.js";
import { gettext, interpolate } from "../words.js";

const COMPARE_URL = "/compare/";
const COMPARE_MS = 300;
const SHOWN = "input:not([type=hidden]), textarea, select";

function region() {
  const found = document.getElementById("conflicts");
  if (found) return found;
  const made = element("div", "conflicts");
  made.id = "conflicts";
  document.body.append(made);
  // The end of the page must still be reachable above it, and notices stand above it too: one covered the buttons.
  new ResizeObserver(() => {
    const height = made.children.length ? `${made.offsetHeight}px` : "";
    document.body.style.setProperty("padding-block-end", height);
    document.body.style.setProperty("--sheet", height);
  }).observe(made);
  return made;
}

function fieldOf(form, name) {
  const found = form.elements.namedItem(name);
  const field = found instanceof RadioNodeList ? found[0] : found;
  return field?.matches(SHOWN) ? field : null;
}

function labelOf(form, name) {
  const field = fieldOf(form, name);
  const group = field?.type === "radio" && field.closest("fieldset")?.querySelector("legend");
  return (group || field?.labels?.[0])?.textContent.trim() || name;
}

// A choice is shown in its words, not by its id.
function wordsOf(form, name, value) {
  const field = fieldOf(form, name);
  if (field instanceof HTMLSelectElement)
    return [...field.options].find((option) => option.value === value)?.textContent.trim() ?? value;
  if (field?.type !== "radio") return value;
  const chosen = [...form.elements.namedItem(name)].find((one) => one.value === value);
  return chosen?.labels?.[0]?.textContent.trim() ?? value;
}

function side(title, words) {
  const text = element("div", "conflict-words", element("p", "diff", words || gettext("(empty)")));
  return element("div", "conflict-side", element("p", "conflict-whose", title), text);
}

function button(label, look, run) {
  const made = element("button", `button is-small ${look}`, label);
  made.type = "button";
  made.addEventListener("click", run);
  return made;
}

// `readMine()` gives the form's fields now; `theirs` the fields that were saved meanwhile. Returns the function that closes
// it.
export function showConflict({ form, by, readMine, theirs, onMine, onTheirs }) {
  const title = by
    ? interpolate(gettext("%(name)s saved another version. Yours is kept here; choose which one to keep."), {
        name: by,
      })
    : gettext("Another version was saved in the meantime. Yours is kept here; choose which one to keep.");
  const fields = element("div", "conflict-fields");
  const box = element("section", "conflict", element("p", "conflict-title", icon("warning"), title), fields);
  box.setAttribute("aria-label", title);
  let timer = 0;
  let asked = 0;

  // Hidden fields go with the one beside them: an id says nothing to a person.
  const changed = (mine) =>
    Object.keys(theirs).filter((name) => fieldOf(form, name) && theirs[name] !== (mine[name] ?? ""));

  function draw() {
    const mine = readMine();
    const rows = changed(mine).map((name) => {
      const [own, other] = [mine[name] ?? "", theirs[name]].map((value) => wordsOf(form, name, value));
      const sides = [
        side(gettext("Yours"), own),
        side(by ? interpolate(gettext("Saved by %(name)s"), { name: by }) : gettext("Saved in the meantime"), other),
      ];
      return {
        own,
        other,
        sides,
        row: element("div", "conflict-field", element("p", "conflict-label", labelOf(form, name)), ...sides),
      };
    });
    fields.replaceChildren(...rows.map(({ row }) => row));
    compare(rows);
  }

  // The words that differ, marked by the server, which compares all texts of the desk the same way.
  async function compare(rows) {
    asked += 1;
    const number = asked;
    const form = new FormData();
    for (const { own, other } of rows) {
      form.append("mine", own);
      form.append("theirs", other);
    }
    try {
      const { data } = await request(COMPARE_URL, { method: "POST", form });
      if (number !== asked) return;
      for (const [i, { mine, theirs }] of data.pairs.entries()) {
        const [own, other] = rows[i].sides.map((one) => one.querySelector(".conflict-words"));
        if (rows[i].own) own.innerHTML = mine;
        if (rows[i].other) other.innerHTML = theirs;
      }
    } catch (error) {
      // Both texts stand there in full; only the marks are missing.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, COMPARE_MS);
  };

  function close() {
    clearTimeout(timer);
    form.removeEventListener("input", later);
    asked += 1;
    box.remove();
  }

  const closing = (run) => () => {
    close();
    run();
  };
  const edit = () => fieldOf(form, changed(readMine())[0] ?? Object.keys(theirs)[0])?.focus();
  const choices = [
    button(gettext("Keep mine"), "is-primary", closing(onMine)),
    button(gettext("Take theirs"), "", closing(onTheirs)),
    button(gettext("Edit mine"), "is-quiet", edit),
  ];
  box.append(element("p", "conflict-choices", ...choices));
  form.addEventListener("input", later);
  draw();
  region().append(box);
  document.activeElement?.scrollIntoView({ block: "nearest" });
  announce(title, "assertive");
  return close;
}
