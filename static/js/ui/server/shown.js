// What this page would show now, and whether that differs from what it shows.

import { request } from "./api.js";

// Fields are the person's own words, and drafts tell of a conflict themselves; the rest is written by script.
const NOT_TOLD =
  "form, script, template, time, [data-refusal], [data-save-state], #checklist, .listbox, [role=status], [data-not-told]";

export function wordsOf(section) {
  const copy = section.cloneNode(true);
  for (const part of copy.querySelectorAll(NOT_TOLD)) part.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

export async function readPage(path) {
  const { data } = await request(path + location.search, { headers: { Accept: "text/html" } });
  return new DOMParser().parseFromString(data, "text/html");
}
