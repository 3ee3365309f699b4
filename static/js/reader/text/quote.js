// Marking without selecting: paste or type the words, walk through where they stand ("2 of 3"), then make the claim.
// `<form data-quote-form><input name="quote"><output></output> <button data-quote-step="-1|1"> …</form>`

import { announce } from "../../ui/notices/announce.js";
import { gettext, interpolate } from "../../ui/words.js";
import { codePointLength } from "./offsets.js";
import { snapTarget } from "./selection.js";

const MOST = 200;
const VARIANTS = ["'‘’‚‛`´′", '"“”„‟«»″', "-‐‑‒–—―−"];

function pattern(character) {
  const set = VARIANTS.find((variants) => variants.includes(character));
  if (set) return `[${set.replace("-", "\\-")}]`;
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
}

// Where the words stand in the text, as targets. White space, quotation marks, dashes and case may differ.
export function findQuote(offsets, quote) {
  const words = quote.normalize("NFC").trim().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const expression = new RegExp(words.map((word) => Array.from(word, pattern).join("")).join("\\s+"), "giu");
  const text = offsets.slice(0, offsets.end());
  const found = [];
  let from = 0;
  let at = 0;
  for (const { 0: match, index } of text.matchAll(expression)) {
    at += codePointLength(text.slice(from, index));
    from = index;
    const target = snapTarget(offsets, at, at + codePointLength(match));
    if (target) found.push(target);
    if (found.length === MOST) break;
  }
  return found;
}

// `onShow(target)` paints the place and brings it into view; null takes the paint away.
export function createQuoteFinder({ form, offsets, onShow }) {
  const input = form.querySelector("[name=quote]");
  const output = form.querySelector("output");
  let places = [];
  let index = 0;

  function say(message) {
    output.textContent = message;
    announce(message);
  }

  function show() {
    onShow(places[index] ?? null);
    if (!input.value.trim()) say("");
    else if (!places.length)
      say(gettext("These words are not in this article. Paste them exactly as they are printed."));
    else say(interpolate(gettext("%(at)s of %(total)s"), { at: index + 1, total: places.length }));
  }

  function step(by) {
    if (places.length) index = (index + by + places.length) % places.length;
    show();
  }

  function search() {
    places = findQuote(offsets, input.value);
    index = 0;
    show();
  }

  input.addEventListener("input", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    step(1);
  });
  form.addEventListener("click", (event) => {
    const by = Number(event.target.closest("[data-quote-step]")?.dataset.quoteStep);
    if (by) step(by);
  });

  return {
    target: () => places[index] ?? null,
    clear() {
      input.value = "";
      search();
    },
  };
}
