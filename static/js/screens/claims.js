// A list by keyboard (claims, the review queue, My work): j and k walk, Enter opens, / searches where there is a search.
import { createKeys } from "../ui/keys.js";
import { createWalk } from "./walk.js";

const walk = createWalk("[data-row]", (row) => row.querySelector("a, button"));

createKeys({
  "next-claim": () => walk(1),
  "previous-claim": () => walk(-1),
  search: () => {
    const field = document.querySelector("[data-search]");
    field?.focus();
    return Boolean(field);
  },
});
