// Send no form twice, and say after a refused or lost htmx request what was kept.

import { toast } from "../notices/toast.js";
import { gettext } from "../words.js";
import { csrfToken } from "./api.js";
import { noteOwnChange } from "./own-changes.js";

const WORDS = {
  401: gettext(
    "You were signed out. Nothing was changed, and what you typed is still here. Sign in again in another tab, then send it again.",
  ),
  403: gettext(
    "You are not allowed to do this, or you were signed out. Nothing was changed. Reload the page and try again.",
  ),
  404: gettext("This is no longer there. Nothing was changed. Reload the page to see what is."),
  429: gettext("Too many requests in a short time. Nothing was changed. Wait a minute and try again."),
};
const SERVER = gettext(
  "The server could not do this. Nothing was changed, and what you typed is still here. Try again in a moment.",
);
// Browsers without the Navigation API do not say that somebody pressed Stop.
const STOPPED_MS = 60_000;
const LOST = gettext("No connection to the desk. What you typed is still here. Try again when you are back online.");

function isSwapped(status) {
  return status < 500 && !(status in WORDS);
}

function onResponseError(event) {
  const { status } = event.detail.ctx.response;
  if (!isSwapped(status)) toast(WORDS[status] ?? SERVER, { kind: "error" });
}

function onError(event) {
  // Only requests without an answer. Errors while swapping are bugs and stay visible in the console.
  const { ctx } = event.detail;
  if (ctx && !ctx.response) toast(LOST, { kind: "error" });
}

let inWork = null;

// The part that is exchanged while the person works in it. New and old stand below each other for a moment, and taking out
// what has the focus makes the browser lay the page out just then: it keeps the place of the old part and moves the page on by
// the height of the new one (measured on 2026-12-01: from 464 px to 990, then cut to the end of the page). So it is put back.
function onBeforeSwap({ detail }) {
  const part = detail.ctx?.target;
  if (!(part instanceof Element) || !part.contains(document.activeElement)) return;
  inWork = { ctx: detail.ctx, top: scrollY };
}

// At once after the exchange, before anything is painted.
function onBeforeSettle() {
  if (inWork?.top === undefined) return;
  scrollTo({ top: inWork.top, behavior: "instant" });
  inWork.top = undefined;
}

// The form is gone, so what was saved may stand above the window now.
function onAfterSwap({ detail }) {
  if (detail.ctx !== inWork?.ctx) return;
  inWork = null;
  const { activeElement } = document;
  if (activeElement?.matches("[tabindex]")) activeElement.scrollIntoView({ block: "nearest" });
}

function onBeforeRequest({ detail }) {
  if (detail.ctx.request.method.toUpperCase() !== "GET") noteOwnChange();
}

function onSubmit(event) {
  const form = event.target;
  const isHandled = event.defaultPrevented || form.method === "dialog" || form.target === "_blank";
  if (isHandled) return;
  if (form.dataset.sending !== undefined) {
    event.preventDefault();
    return;
  }
  // The browser's own page would stand where the form was, with all that was typed.
  if (form.method === "post" && !navigator.onLine) {
    event.preventDefault();
    toast(LOST, { kind: "error" });
    return;
  }
  form.dataset.sending = "";
  if (form.method === "post") noteOwnChange();
  // After a new sign-in in another tab the token in this page is old.
  const token = form.elements.namedItem("csrfmiddlewaretoken");
  if (token) token.value = csrfToken();
  event.submitter?.setAttribute("aria-busy", "true");
  if (!window.navigation) setTimeout(reset, STOPPED_MS);
}

// The forms can be sent again: the page was kept for the back button, or the way to the next page was stopped.
function reset() {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll('form .button[aria-busy="true"]')) button.removeAttribute("aria-busy");
}

export function startRequests() {
  document.addEventListener("htmx:before:request", onBeforeRequest);
  document.addEventListener("htmx:before:swap", onBeforeSwap);
  document.addEventListener("htmx:before:settle", onBeforeSettle);
  document.addEventListener("htmx:after:swap", onAfterSwap);
  document.addEventListener("htmx:response:error", onResponseError);
  document.addEventListener("htmx:error", onError);
  window.addEventListener("submit", onSubmit);
  window.addEventListener("pageshow", (event) => event.persisted && reset());
  window.navigation?.addEventListener("navigateerror", reset);
}
