// The list of claims by keyboard: j and k walk, Enter opens, / searches.
import { createKeys } from "../ui/keys.js";
import { createWalk } from "./walk.js";

const walk = createWalk("[data-row]", (row) => row.querySelector("a"));

createKeys({
  "next-claim": () => walk(1),
  "previous-claim": () => walk(-1),
  search: () => document.querySelector("[data-search]").focus(),
});
