// Short messages at the edge of the screen. From a module: toast(message, {kind, action, stay}). From the server: an
// HX-Trigger header {"toast": {"text", "level"}}, or components/frame/toast.html inside
// <hx-partial hx-target="#toasts" hx-swap="beforeend">.
// Errors say what happened, what was kept and what to do, and stay until they are closed; the rest leave by themselves,
// but not while the pointer or the focus is on them.

import { element } from "../element.js";
import { icon } from "../icon.js";
import { ApiError } from "../server/api.js";
import { gettext } from "../words.js";
import { announce } from "./announce.js";

const LOOKS = {
  success: { icon: "success", tone: "positive", word: gettext("Done") },
  info: { icon: "info", tone: "info", word: gettext("Note") },
  warning: { icon: "warning", tone: "caution", word: gettext("Warning") },
  error: { icon: "error", tone: "negative", word: gettext("Error") },
};
const STAY_MS = 8000;
const STAY_WITH_ACTION_MS = 20000;
// Older ones that would leave by themselves give way: a pile of them hid what one reads.
const MOST = 3;

function region() {
  const found = document.getElementById("toasts");
  if (found) return found;
  const list = element("section", "toasts");
  list.id = "toasts";
  list.setAttribute("aria-label", gettext("Notices"));
  document.body.append(list);
  return list;
}

function closeButton(close) {
  const words = element("span", "visually-hidden", gettext("Dismiss"));
  const button = element("button", "button is-quiet is-icon is-small toast-close", icon("close"), words);
  button.type = "button";
  button.addEventListener("click", close);
  return button;
}

function actionButton({ label, key, run }, close) {
  const button = element("button", "link-button toast-action", label);
  button.type = "button";
  if (key) button.setAttribute("aria-keyshortcuts", key);
  button.addEventListener("click", () => {
    close();
    run();
  });
  return button;
}

// Start the clock of a toast. Returns the function that closes it.
function leaveLater(box, stay) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  const close = () => {
    stop();
    box.remove();
  };
  const wait = () => {
    stop();
    if (stay !== Infinity) timer = setTimeout(close, stay);
  };
  for (const type of ["pointerenter", "focusin"]) box.addEventListener(type, stop);
  for (const type of ["pointerleave", "focusout"]) box.addEventListener(type, wait);
  wait();
  return close;
}

function stayOf(kind, hasAction) {
  if (kind === "error") return Infinity;
  return hasAction ? STAY_WITH_ACTION_MS : STAY_MS;
}

function say(kind, ...parts) {
  announce(parts.filter(Boolean).join(" "), kind === "error" ? "assertive" : "polite");
}

// Those that leave by themselves, the oldest first.
const leaving = new Map();

function giveWayTo(fresh) {
  for (const [box, close] of leaving) {
    if (!box.isConnected) leaving.delete(box);
    else if (region().childElementCount <= MOST) return;
    else if (box !== fresh && !box.contains(document.activeElement)) close();
  }
}

// Show the message. Returns the function that closes it. `action` is {label, key?, run}.
export function toast(message, { kind = "info", action, stay = stayOf(kind, action) } = {}) {
  const look = LOOKS[kind] ?? LOOKS.info;
  const box = element("div", `toast is-tone-${look.tone}`, icon(look.icon));
  box.dataset.kind = kind;
  const close = leaveLater(box, stay);
  const words = element("p", "toast-text", element("span", "visually-hidden", `${look.word}: `), message);
  box.append(words, ...(action ? [actionButton(action, close)] : []), closeButton(close));
  if (stay !== Infinity) leaving.set(box, close);
  region().append(box);
  giveWayTo(box);
  say(kind, message, action?.label);
  return close;
}

// Start the clock of a toast that the server rendered, and read it aloud.
function adopt(box) {
  const kind = box.dataset.toast;
  const hasAction = box.querySelector("[data-toast-action]") !== null;
  const close = leaveLater(box, stayOf(kind, hasAction));
  box.querySelector("[data-toast-close]")?.addEventListener("click", close);
  if (stayOf(kind, hasAction) !== Infinity) leaving.set(box, close);
  giveWayTo(box);
  say(kind, box.querySelector(".toast-text")?.textContent.trim());
}

// Show a refused or lost request. Any other error is a bug: it is thrown on, to the console.
export function toastRefusal(error, { action } = {}) {
  if (!(error instanceof ApiError)) throw error;
  toast(error.message, { kind: "error", action });
}

function fromTrigger({ detail }) {
  toast(detail.text, { kind: detail.level ?? "info" });
}

export function startToasts() {
  const list = region();
  list.querySelectorAll("[data-toast]").forEach(adopt);
  new MutationObserver((records) => {
    for (const node of records.flatMap((record) => [...record.addedNodes])) if (node.dataset?.toast) adopt(node);
  }).observe(list, { childList: true });
  document.addEventListener("toast", fromTrigger);
}
