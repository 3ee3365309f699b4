// Tell of lost connection or session once, keep the message, and take it back when it is over.

import { announce } from "../ui/announce.js";
import { toast } from "../ui/toast.js";

const AFTER = 2;

function signIn() {
  const next = encodeURIComponent(location.pathname + location.search);
  open(`/accounts/login/?next=${next}`, "_blank", "noopener");
}

function tell(error) {
  if (error.status === 401) {
    const action = { label: "Sign in", run: signIn };
    const message =
      "You were signed out. What you typed is kept in this browser; sign in in another tab and go on here.";
    return toast(message, { kind: "warning", action, stay: Infinity });
  }
  const message = error.isOffline
    ? "No connection to the desk. You can read on; what you type is kept here and sent when it is back."
    : "The desk does not answer as it should. What you type is kept here.";
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
      announce("Connected again.");
    }
    if (error && !close && (count >= AFTER || error.status === 401)) close = tell(error);
  };
}
