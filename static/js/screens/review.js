// Review by keyboard: `y` asks whether to approve, then whether to publish, `n` goes to the request for changes, `z` to
// suspending. Nothing is sent by one key: a dialog or a second key follows.

import { watchMentions } from "../ui/fields/mentions.js";
import { createKeys } from "../ui/keyboard/keys.js";
import { hint } from "../ui/notices/hint.js";
import { unfold } from "../ui/widgets/fold.js";
import { gettext } from "../ui/words.js";
import { watchReview } from "./review-live.js";

watchMentions();
watchReview(document.getElementById("review"));

// A reference of the rationale shows its evidence, and beside it the claim's words: those in the same article, else the first.
document.addEventListener("click", (event) => {
  const number = event.target.closest?.("a.evidence-ref")?.hash;
  const shown = number && document.querySelector(number);
  if (!shown) return;
  event.preventDefault();
  const places = [...document.querySelectorAll("#claim-words .review-passage")];
  const beside = places.find((place) => place.dataset.article === shown.dataset.article) ?? places[0];
  for (const one of document.querySelectorAll(".review-passage.is-shown")) one.classList.remove("is-shown");
  for (const one of [beside, shown]) {
    one?.classList.add("is-shown");
    one?.scrollIntoView({ block: "nearest" });
  }
  shown.focus({ preventScroll: true });
  history.replaceState(null, "", number);
});

function focusIn(name) {
  const field = document.querySelector(`[data-key-form="${name}"] :is(textarea, button)`);
  if (!field) return false;
  unfold(field);
  field.focus();
  field.scrollIntoView({ block: "nearest" });
  return true;
}

// The button's own dialog asks. A box that has to be ticked first gets the focus instead, with the browser's words.
function askToApprove() {
  const button = document.querySelector('[data-key-form="approve"] [data-confirm]');
  button?.form.requestSubmit(button);
  return Boolean(button);
}

// After a decision the page offers the next one.
function goToNext() {
  const next = document.querySelector("[data-next-review]");
  next?.click();
  return Boolean(next);
}

const orSay = (act, words) => () => act() || hint(words);

createKeys({
  approve: orSay(
    () => askToApprove() || focusIn("publish"),
    gettext("There is nothing here that you could approve or publish."),
  ),
  "request-changes": orSay(() => focusIn("request-changes"), gettext("You cannot request changes here.")),
  suspend: orSay(() => focusIn("suspend"), gettext("There is no published check here that you could suspend.")),
  "next-claim": goToNext,
});
