// Undo and redo, with `u` and Shift+U or the button in a message. The server keeps the last acts of the person, so both
// outlive a reload and reach what was done on another screen.

import { hint } from "../notices/hint.js";
import { toast, toastRefusal } from "../notices/toast.js";
import { byKeys, gettext } from "../words.js";
import { request } from "./api.js";
import { createQueue } from "./queue.js";

const UNDO = "/acts/undo/";
const REDO = "/acts/redo/";
const MOST_OPEN = 20;

// `onUndone(data)` gets the server's answer {message, act, claim, part} after an undo and after a redo.
export function createUndo({ onUndone }) {
  // One after the other: pressed three times, the key undoes three acts and not one act three times.
  const queue = createQueue();
  // Messages whose button still undoes, by the address that it asks.
  const open = new Map();
  // What was undone or done again last: the next such message replaces it.
  let closeTold = () => {};

  function offer(message, undo) {
    if (!undo) return toast(message);
    const { url } = undo;
    const close = toast(message, {
      action: { label: byKeys(gettext("Undo (u)"), gettext("Undo")), key: "u", run: () => play(url) },
    });
    open.set(url, close);
    if (open.size > MOST_OPEN) open.delete(open.keys().next().value);
    return close;
  }

  // The button of an act that was undone by its key has nothing left to do.
  function closeMessageOf(act) {
    for (const [url, close] of open) {
      if (!url.includes(act)) continue;
      close();
      open.delete(url);
    }
  }

  const play = (url) => queue(() => send(url));

  async function send(url) {
    try {
      const { data } = await request(url, { method: "POST", form: {} });
      closeMessageOf(data.act);
      const label = byKeys(gettext("Redo (Shift+U)"), gettext("Redo"));
      const action = url === REDO ? undefined : { label, key: "Shift+U", run: () => play(REDO) };
      closeTold();
      closeTold = toast(data.message, { action });
      await onUndone(data);
      document.dispatchEvent(new CustomEvent("undo:done", { detail: data }));
    } catch (error) {
      // Nothing to undo is no failure.
      if (error.status === 404) return hint(error.message);
      toastRefusal(error);
    }
    return null;
  }

  return { offer, undoLast: () => play(UNDO), redoLast: () => play(REDO) };
}
