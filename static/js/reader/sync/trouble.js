// Tell of lost connection or session once, keep the message, and take it back when it is over.

import { announce } from "../../ui/notices/announce.js";
import { toast } from "../../ui/notices/toast.js";
import { gettext } from "../../ui/words.js";

const AFTER = 2;

function signIn() {
  const next = encodeURIComponent(location.pathname + location.search);
  open(`/accounts/login/?next=${next}`, "_blank", "noopener");
}

function tell(error) {
  if (error.status === 401) {
    const action = { label: gettext("Sign in"), run: signIn };
    const message = gettext(
      "You were signed out. What you typed is kept in this browser. Sign in again in another tab, then carry on here.",
    );
    return toast(message, { kind: "warning", action, stay: Infinity });
  }
  const message = error.isOffline
    ? gettext("No connection to the desk. You can keep reading; what you type is kept here and sent when it is back.")
    : gettext("The desk is not answering properly. What you type is kept here.");
  return toast(message, { kind: "warning", stay: Infinity });
}

// Returns the poll's `onTrouble(error | null)`. One lost answer is not shown, two in a row are.
export function createTrouble() {
  let count = 0;
  let close = null;
  return (error) => {
    count = error ? count + 1 : 0;
    if (!error && close) {
      close();
      close = null;
      announce(gettext("Connected again."));
    }
    if (error && !close && (count >= AFTER || error.status === 401)) close = tell(error);
  };
}
