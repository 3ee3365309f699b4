// Searches the API's reference: every word must stand in an operation's name, method, path, summary or parameters, or in a
// shape's name or fields. An address that ends in the name of an operation opens it.
import { ngettext } from "../ui/words.js";

const box = document.querySelector("[data-api-search]");
const field = box.querySelector("input");
const found = document.getElementById("api-found");
const items = [...document.querySelectorAll("[data-api-item]")].map((item) => ({
  item,
  words: item.dataset.apiItem.toLowerCase(),
}));

function search() {
  const asked = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { item, words } of items) {
    item.hidden = !asked.every((word) => words.includes(word));
    if (!item.hidden) count += 1;
  }
  for (const section of document.querySelectorAll(".api-section")) {
    section.hidden = !section.querySelector("[data-api-item]:not([hidden])");
    document.querySelector(`.api-nav a[href="#${section.id}"]`).closest("li").hidden = section.hidden;
  }
  found.textContent = asked.length ? ngettext("%(n)s match", "%(n)s matches", count).replace("%(n)s", count) : "";
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const item = named?.closest("[data-api-item]");
  if (!item) return;
  if (item.hidden) {
    field.value = "";
    search();
  }
  item.open = true;
  named.scrollIntoView();
}

box.hidden = false;
field.addEventListener("input", search);
window.addEventListener("hashchange", openNamed);
openNamed();
