// Send requests to our own server. Any failure becomes an ApiError that says what happened, what was kept and what to do.

import { gettext } from "../words.js";
import { noteOwnChange } from "./own-changes.js";

const SAFE = new Set(["GET", "HEAD"]);
const TIMEOUT_MS = 20_000;

export class ApiError extends Error {
  // `status` is 0 when no answer came; `data` is the server's problem document where it sent one.
  constructor({ happened, kept = "", todo = "", status = 0, data = null, etag = null }) {
    super([happened, kept, todo].filter(Boolean).join(" "));
    Object.assign(this, { name: "ApiError", happened, kept, todo, status, data, etag });
  }

  get isOffline() {
    return this.status === 0;
  }
}

const REASONS = {
  401: [gettext("You are signed out."), gettext("Sign in again in another tab, then repeat it here.")],
  // A refusal of a permission says so itself; without words it is the session that is gone.
  403: [gettext("You were signed out in the meantime."), gettext("Sign in again in another tab, then repeat it here.")],
  404: [gettext("It is no longer there."), gettext("Reload the page to see what is.")],
  409: [gettext("Somebody else changed it in the meantime."), gettext("Reload the page and look at the change.")],
  410: [gettext("It was withdrawn."), gettext("Reload the page.")],
  412: [gettext("Somebody else changed it in the meantime."), gettext("Compare both versions and choose.")],
  413: [gettext("That is more than the server accepts at once."), gettext("Make it shorter.")],
  429: [gettext("Too many requests at once."), gettext("Wait a moment and try again.")],
};

export function csrfToken() {
  const meta = document.querySelector("meta[name=csrf-token]")?.content;
  const field = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  const cookie = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1];
  // The cookie first: after a new sign-in in another tab the token in this page is old.
  return (cookie ? decodeURIComponent(cookie) : "") || meta || field || "";
}

const hasFile = (form) => [...form.values()].some((value) => value instanceof File);

function bodyOf({ form, json }) {
  if (json !== undefined) return [JSON.stringify(json), { "Content-Type": "application/json" }];
  if (form === undefined) return [undefined, {}];
  if (form instanceof FormData) return [hasFile(form) ? form : new URLSearchParams(form), {}];
  const present = Object.entries(form).filter(([, value]) => value !== null && value !== undefined);
  return [new URLSearchParams(present), {}];
}

async function dataOf(response) {
  if (response.status === 204 || response.status === 304) return null;
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
  // The status of a failed answer says enough, so its body may be unreadable.
  if (isJson && (response.ok || text.startsWith("{"))) return JSON.parse(text);
  return text;
}

function failure(response, data, kept) {
  const problem = data && typeof data === "object" ? data : null;
  const [happened, todo] = REASONS[response.status] ?? [
    response.status >= 500 ? gettext("The server could not do this.") : gettext("The server did not accept this."),
    response.status >= 500 ? gettext("Try again in a moment.") : "",
  ];
  return new ApiError({
    happened: problem?.detail || problem?.title || happened,
    kept,
    todo: problem?.detail ? "" : todo,
    status: response.status,
    data: problem,
    etag: response.headers.get("ETag"),
  });
}

function noAnswer(error) {
  if (error instanceof SyntaxError) return gettext("The server’s answer could not be read.");
  return navigator.onLine ? gettext("The server does not answer.") : gettext("There is no connection.");
}

async function send(url, options, kept) {
  try {
    const response = await fetch(url, options);
    return [response, await dataOf(response)];
  } catch (error) {
    if (options.caller?.aborted) throw error;
    throw new ApiError({ happened: noAnswer(error), kept, todo: gettext("Try again when it is back.") });
  }
}

// Resolves to {status, data, etag, isUnchanged}. `kept` is a sentence about the typed text, shown with errors.
export async function request(url, { method = "GET", form, json, headers = {}, signal, kept = "" } = {}) {
  const [body, type] = bodyOf({ form, json });
  const csrf = SAFE.has(method) ? {} : { "X-CSRFToken": csrfToken() };
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const options = {
    method,
    body,
    headers: { Accept: "application/json", ...type, ...csrf, ...headers },
    credentials: "same-origin",
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    caller: signal,
  };
  if (!SAFE.has(method)) noteOwnChange();
  const [response, data] = await send(url, options, kept);
  const isLogin = response.redirected && /\/accounts\/(login|reauthenticate)/.test(response.url);
  if (isLogin) throw failure({ status: 401, headers: response.headers }, null, kept);
  if (!response.ok && response.status !== 304) throw failure(response, data, kept);
  return { status: response.status, data, etag: response.headers.get("ETag"), isUnchanged: response.status === 304 };
}
