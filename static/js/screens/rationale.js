// The rationale: insert [E2] at the cursor, and preview the text as readers will see it.
import { announce } from "../ui/notices/announce.js";
import { ApiError, request } from "../ui/server/api.js";
import { gettext, interpolate } from "../ui/words.js";

const PAUSE_MS = 350;

function insert(area, text) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const gap = start > 0 && !/\s$/.test(value.slice(0, start)) ? " " : "";
  area.setRangeText(gap + text, start, end, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
  announce(interpolate(gettext("%(text)s inserted"), { text }));
}

export function watchRationale(form) {
  const area = form.elements.namedItem("rationale");
  const preview = document.getElementById("rationale-preview");
  let timer = 0;
  let asking = new AbortController();

  async function show() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const { data } = await request(preview.dataset.url, { method: "POST", form: { rationale: area.value }, signal });
      preview.innerHTML = data;
    } catch (error) {
      // Not shown: the words are safe in their form, and the next keystroke asks again. (htmx would show a toast each time.)
      if (!signal.aborted && !(error instanceof ApiError)) throw error;
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target !== area) return;
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE_MS);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (button) insert(area, button.dataset.insert);
  });
}
