// The visible side of a draft: `<form data-draft-url data-draft-key data-etag>` gets autosave, its state in words
// (`[data-save-state]`), an offer to restore what an earlier visit left, and both texts after a conflict (`conflict.js`).

import { momentWords } from "../dates.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { announce } from "../notices/announce.js";
import { gettext, interpolate } from "../words.js";
import { showConflict } from "./conflict.js";
import { createDraft, readFields } from "./drafts.js";

function button(label, run) {
  const made = element("button", "button is-small", label);
  made.type = "button";
  made.addEventListener("click", run);
  return made;
}

function stateLine(form) {
  const found = form.querySelector("[data-save-state]");
  if (found) return found;
  const line = element("p", "save-state");
  line.dataset.saveState = "";
  line.setAttribute("role", "status");
  form.append(line);
  return line;
}

function notice(form, title, body, ...buttons) {
  const words = element(
    "div",
    "alert-body",
    element("p", "alert-title", title),
    ...body,
    element("p", "cluster", ...buttons),
  );
  const box = element("section", "alert is-tone-caution draft-notice", icon("warning"), words);
  box.setAttribute("aria-label", title);
  form.prepend(box);
  announce(title);
  return box;
}

// `onSaved()` runs after each save that the server has confirmed.
export function mountDraft(form, { onSaved = () => {} } = {}) {
  const line = stateLine(form);
  let box = null;
  let closeConflict = () => {};
  const closing = (run) => () => {
    box?.remove();
    run();
  };

  const draft = createDraft({
    form,
    key: form.dataset.draftKey || form.dataset.draftUrl,
    url: form.dataset.draftUrl,
    etag: form.dataset.etag || null,
    onStatus({ state, message }) {
      line.textContent = message;
      line.dataset.state = state;
      line.classList.toggle("is-failed", ["failed", "conflict", "offline"].includes(state));
      if (state === "saved") onSaved();
    },
    onConflict({ theirs, by }) {
      closeConflict();
      closeConflict = showConflict({
        form,
        by,
        theirs,
        readMine: () => readFields(form),
        onMine: () => draft.keepMine(),
        onTheirs: () => draft.takeTheirs(),
      });
    },
    onRestore({ saved_at: at, isStale }) {
      const when = momentWords(at);
      const title = isStale
        ? gettext("Words typed here on %(when)s were never saved. The saved text has changed since then.")
        : gettext("Words typed here on %(when)s were never saved.");
      // Deferred: the draft does not exist yet while it is being created.
      queueMicrotask(() => {
        box = notice(
          form,
          interpolate(title, { when }),
          [],
          button(
            gettext("Restore them"),
            closing(() => draft.restore()),
          ),
          button(
            gettext("Discard them"),
            closing(() => draft.discard()),
          ),
        );
      });
    },
  });
  form.addEventListener("submit", () => draft.stop());
  return draft;
}
