// Autosave without loss: text goes to localStorage at once, to the server after a pause, and leaves localStorage only
// when the server has confirmed exactly that text.
//
// The server answers POST/PATCH `data-draft-url` (form-encoded, `If-Match` from `data-etag`) with 200 and a new ETag, or
// 412 and {current: {field: value}, etag, by?, at?}.

import { ApiError, request } from "../server/api.js";
import { createQueue } from "../server/queue.js";
import { gettext } from "../words.js";

const PREFIX = "factcheck.draft.";
const RETRY_MS = [2_000, 5_000, 15_000, 30_000];

export function readFields(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken") fields[name] = value;
  }
  return fields;
}

// As above, but a combobox that is still being typed in keeps its last confirmed value.
function readSendable(form, confirmed) {
  const fields = readFields(form);
  for (const { name } of form.querySelectorAll("[data-uncommitted] [name]")) fields[name] = confirmed[name] ?? "";
  return fields;
}

export function writeFields(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements.namedItem(name);
    if (field && field.value !== value) field.value = value;
  }
}

export const sameFields = (a, b) =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

// Two slots: the present text, and older drafts that the person has not decided about yet.
export function createDraftStore(key, storage = localStorage) {
  const read = (name) => JSON.parse(storage.getItem(PREFIX + name) ?? "null");
  const old = `${key}.undecided`;
  const writeOld = (list) =>
    list.length ? storage.setItem(PREFIX + old, JSON.stringify(list)) : storage.removeItem(PREFIX + old);
  return {
    write: (draft) => storage.setItem(PREFIX + key, JSON.stringify(draft)),
    remove: () => storage.removeItem(PREFIX + key),
    undecided: () => read(old) ?? [],
    // Text left by the last visit becomes undecided, so that new typing cannot overwrite it.
    setAside(isConfirmed) {
      const left = read(key);
      const list = [...(read(old) ?? []), ...(left ? [left] : [])].filter((draft) => !isConfirmed(draft.fields));
      writeOld(list);
      storage.removeItem(PREFIX + key);
      return list;
    },
    decideLast() {
      const list = read(old) ?? [];
      const last = list.pop();
      writeOld(list);
      return last;
    },
  };
}

// `onStatus({state, message})`: state is saved, unsaved, saving, offline, failed or conflict.
// `onConflict({mine, theirs, by, at})` and `onRestore({fields, saved_at, isStale})` show the person both texts;
// they answer through `keepMine()`, `takeTheirs()`, `restore()` and `discard()`.
export function createDraft({ form, key, url, etag, delay = 800, onStatus, onConflict, onRestore }) {
  const store = createDraftStore(key);
  let version = etag;
  let confirmed = readFields(form);
  let conflict = null;
  let timer = 0;
  let failures = 0;
  const queue = createQueue();

  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  function keep() {
    const fields = readFields(form);
    if (sameFields(fields, confirmed)) return store.remove();
    try {
      store.write({ fields, etag: version, saved_at: new Date().toISOString() });
    } catch {
      onStatus({
        state: "failed",
        message: gettext("This browser’s storage is full, so it keeps no copy. Save before you leave."),
      });
    }
  }

  function onInput() {
    keep();
    if (conflict) return;
    onStatus({ state: "unsaved", message: gettext("Not saved yet") });
    later(delay);
  }

  async function send(fields) {
    onStatus({ state: "saving", message: gettext("Saving…") });
    const headers = version ? { "If-Match": version } : {};
    const answer = await request(url, {
      method: "POST",
      form: fields,
      headers,
      kept: gettext("Your words are kept in this browser."),
    });
    version = answer.etag ?? version;
    confirmed = fields;
    failures = 0;
    keep();
    onStatus({ state: "saved", message: gettext("Saved") });
  }

  function onFailure(error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 412) return openConflict(error);
    const passes = error.isOffline || error.status >= 500 || error.status === 429;
    onStatus({ state: passes ? "offline" : "failed", message: error.message });
    if (passes) later(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  }

  function openConflict(error) {
    const mine = readFields(form);
    // By the form, not by my fields: of radio buttons without a choice a form has no field.
    const known = ([name]) => form.elements.namedItem(name) !== null;
    const theirs = Object.fromEntries(Object.entries(error.data?.current ?? {}).filter(known));
    conflict = { mine, theirs, etag: error.data?.etag ?? error.etag };
    onStatus({ state: "conflict", message: error.message });
    onConflict({ ...conflict, by: error.data?.by, at: error.data?.at });
  }

  // Resolves to the fields that were sent.
  async function attempt() {
    const fields = readSendable(form, confirmed);
    if (!conflict && !sameFields(fields, confirmed)) await send(fields).catch(onFailure);
    return fields;
  }

  // Save now, after a save under way. Resolves to whether all typed text is confirmed.
  async function save() {
    clearTimeout(timer);
    const tried = await queue(attempt);
    const now = readSendable(form, confirmed);
    if (!conflict && !failures && !sameFields(now, tried)) later(delay);
    const isSaved = sameFields(now, confirmed);
    // Only a name in a combobox is left, which may be half typed.
    if (isSaved && !sameFields(readFields(form), confirmed))
      onStatus({ state: "unsaved", message: gettext("The name is saved when you leave the field") });
    return isSaved;
  }

  function settle(fields) {
    const { theirs, etag: newest } = conflict;
    version = newest;
    confirmed = { ...confirmed, ...theirs };
    conflict = null;
    writeFields(form, fields);
    keep();
    return save();
  }

  function offerRestore() {
    const kept = store.undecided().at(-1);
    if (kept) onRestore({ ...kept, isStale: Boolean(version && kept.etag && kept.etag !== version) });
  }

  // When the tab is hidden, and when it is shown again: the person may have signed in again in another tab.
  const onVisibility = () => save();
  const onOnline = () => save();
  form.addEventListener("input", onInput);
  form.addEventListener("change", onInput);
  addEventListener("online", onOnline);
  document.addEventListener("visibilitychange", onVisibility);
  store.setAside((fields) => sameFields(fields, confirmed));
  offerRestore();

  return {
    save,
    etag: () => version,
    isDirty: () => !sameFields(readFields(form), confirmed),
    keepMine: () => settle(readFields(form)),
    takeTheirs: () => settle(conflict.theirs),
    restore() {
      writeFields(form, store.decideLast()?.fields ?? {});
      onInput();
      offerRestore();
    },
    discard() {
      store.decideLast();
      offerRestore();
    },
    stop() {
      clearTimeout(timer);
      form.removeEventListener("input", onInput);
      form.removeEventListener("change", onInput);
      removeEventListener("online", onOnline);
      document.removeEventListener("visibilitychange", onVisibility);
    },
  };
}
