// Review by keyboard: `y` focuses the approval, then publishing, `n` the request for changes. Sending stays a deliberate
// second step.
import { createKeys } from "../ui/keys.js";
import { watchMentions } from "../ui/mentions.js";

watchMentions();

function focusIn(name) {
  const field = document.querySelector(`[data-key-form="${name}"] :is(textarea, button)`);
  if (!field) return false;
  field.focus();
  field.scrollIntoView({ block: "center" });
  return true;
}

createKeys({
  approve: () => focusIn("approve") || focusIn("publish"),
  "request-changes": () => focusIn("request-changes"),
});
