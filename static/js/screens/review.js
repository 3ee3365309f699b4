// Review by keyboard: `y` asks whether to approve, then whether to publish, `n` goes to the request for changes, `z` to
// suspending. Nothing is sent by one key: a dialog or a second key follows.
import { createKeys } from "../ui/keys.js";
import { watchMentions } from "../ui/mentions.js";

watchMentions();

function focusIn(name) {
  const field = document.querySelector(`[data-key-form="${name}"] :is(textarea, button)`);
  if (!field) return false;
  const folded = field.closest("details");
  if (folded) folded.open = true;
  field.focus();
  field.scrollIntoView({ block: "center" });
  return true;
}

// The button's own dialog asks. A box that has to be ticked first gets the focus instead, with the browser's words.
function askToApprove() {
  const button = document.querySelector('[data-key-form="approve"] [data-confirm]');
  button?.form.requestSubmit(button);
  return Boolean(button);
}

createKeys({
  approve: () => askToApprove() || focusIn("publish"),
  "request-changes": () => focusIn("request-changes"),
  suspend: () => focusIn("suspend"),
});
