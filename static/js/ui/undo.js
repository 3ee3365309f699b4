// Undo the last actions, with `u` or the button in their message.

import { announce } from "./announce.js";
import { request } from "./api.js";
import { toast, toastRefusal } from "./toast.js";

const DEPTH = 20;

// `onUndone(data)` gets the server's answer. An undo is a request: {url, method = "POST", form}.
export function createUndo({ onUndone }) {
  const stack = [];

  function offer(message, undo) {
    if (!undo) return toast(message);
    const entry = { ...undo, message };
    entry.close = toast(message, { action: { label: "Undo (u)", key: "u", run: () => take(entry) } });
    stack.push(entry);
    if (stack.length > DEPTH) stack.shift();
    return entry.close;
  }

  async function take(entry) {
    const index = stack.indexOf(entry);
    if (index < 0) return;
    stack.splice(index, 1);
    entry.close();
    try {
      const { data } = await request(entry.url, { method: entry.method ?? "POST", form: entry.form ?? {} });
      toast(`Undone: ${entry.message}`);
      await onUndone(data);
      document.dispatchEvent(new CustomEvent("undo:done", { detail: data }));
    } catch (error) {
      if (error.isOffline) stack.push(entry);
      toastRefusal(error);
    }
  }

  function undoLast() {
    const entry = stack.at(-1);
    if (!entry) return announce("There is nothing to undo.");
    return take(entry);
  }

  return { offer, undoLast, size: () => stack.length };
}
