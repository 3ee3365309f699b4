// Review by keyboard: `y` goes to the approval, then to publishing, `n` to the request for changes; sending stays a
// deliberate second step.
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
