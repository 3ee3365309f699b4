// Build a card's form and menu when it is worked on, from one <template> of the page and the card's own values. With a
// form in each of three hundred cards the page would be several times larger.
//
// In the template the ids stand as placeholders, named on the template itself (`data-claim`, …); `data-when="word"` and
// `"not-word"` are kept where the card's `data-is` (does not) name the word. Fields get the text of the card's
// `[data-field=name]`, else its attribute.

import { mountComboboxes } from "../../ui/fields/combobox.js";

const IDS = ["claim", "appearance", "evidence"];
const ATTRIBUTES = { said_on: "saidOn", mode: "mode", claimant_id: "claimantId", stance: "stance" };

const templateOf = (card) => document.getElementById(card.dataset.evidence ? "evidence-more" : "claim-more");

function copyFor(template, card) {
  let html = template.innerHTML;
  for (const name of IDS) {
    const blank = template.dataset[name];
    if (blank) html = html.replaceAll(blank, card.dataset[name]);
  }
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content;
}

function keepWhatHolds(content, card) {
  const words = new Set((card.dataset.is ?? "").split(" "));
  for (const part of content.querySelectorAll("[data-when]")) {
    const { when } = part.dataset;
    const holds = when.startsWith("not-") ? !words.has(when.slice(4)) : words.has(when);
    if (!holds) part.remove();
  }
}

function valuesOf(card) {
  const written = Array.from(card.querySelectorAll("[data-field]"), (one) => [one.dataset.field, one.textContent]);
  const attributes = Object.entries(ATTRIBUTES).map(([name, key]) => [name, card.dataset[key] ?? ""]);
  return { ...Object.fromEntries(attributes), ...Object.fromEntries(written) };
}

// Set the values as defaults, as if the server had sent them: an unchanged field then counts as unchanged.
function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    if (field instanceof HTMLSelectElement)
      for (const option of field.options) option.defaultSelected = option.value === value;
    else field.defaultValue = value;
  }
}

export const moreOf = (card) => card?.querySelector(":scope > .claim-card-more") ?? null;

// Add form and menu to the card unless it has them. Pages of people who may only read have no template; a row has no values yet.
export function ensureMore(card) {
  if (card) card.tabIndex = -1;
  const template = card && !card.classList.contains("is-row") && !moreOf(card) && templateOf(card);
  if (!template) return;
  const content = copyFor(template, card);
  keepWhatHolds(content, card);
  const form = content.querySelector("form[data-draft-url]");
  if (form) {
    form.dataset.etag = `"${card.dataset.etag}"`;
    fill(form, valuesOf(card));
  }
  card.append(content);
  mountComboboxes(card);
  offerQuote(card);
}

// Offer the marked words as a first statement while there is none.
function offerQuote(card) {
  const button = card.querySelector("[data-take-quote]");
  const field = card.querySelector("textarea[name=statement]");
  if (!button) return;
  const show = () => {
    button.hidden = field.value.trim() !== "";
  };
  field.addEventListener("input", show);
  button.addEventListener("click", () => {
    field.focus();
    field.value = card.querySelector(".claim-card-quote").textContent.trim();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  show();
}
