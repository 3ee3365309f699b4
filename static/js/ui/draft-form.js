// The visible side of a draft: `<form data-draft-url data-draft-key data-etag>` gets autosave, its state in words
// (`[data-save-state]`), an offer to restore what an earlier visit left, and both texts side by side after a conflict.

import { announce } from "./announce.js";
import { createDraft } from "./drafts.js";
import { element } from "./element.js";
import { icon } from "./icon.js";

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

const labelOf = (form, name) => form.elements.namedItem(name)?.labels?.[0]?.textContent.trim() || name;

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

function differences(form, mine, theirs) {
  const changed = Object.keys(theirs).filter((name) => theirs[name] !== mine[name]);
  return changed.map((name) =>
    element(
      "div",
      "draft-compare",
      element("h4", "", labelOf(form, name)),
      element("div", "draft-side", element("h5", "", "Yours"), element("pre", "", mine[name] ?? "")),
      element("div", "draft-side", element("h5", "", "Saved meanwhile"), element("pre", "", theirs[name])),
    ),
  );
}

// `onSaved()` runs after each save that the server has confirmed.
export function mountDraft(form, { onSaved = () => {} } = {}) {
  const line = stateLine(form);
  let box = null;
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
    onConflict({ mine, theirs, by }) {
      box?.remove();
      const title = `${by ?? "Somebody else"} saved another version. Yours is kept here; choose which one stands.`;
      box = notice(
        form,
        title,
        differences(form, mine, theirs),
        button(
          "Keep mine",
          closing(() => draft.keepMine()),
        ),
        button(
          "Take theirs",
          closing(() => draft.takeTheirs()),
        ),
      );
    },
    onRestore({ saved_at: at, isStale }) {
      const when = new Date(at).toLocaleString();
      const stale = isStale ? " The saved text has changed since then." : "";
      // Deferred: the draft does not exist yet while it is being created.
      queueMicrotask(() => {
        box = notice(
          form,
          `Words typed here on ${when} were never saved.${stale}`,
          [],
          button(
            "Restore them",
            closing(() => draft.restore()),
          ),
          button(
            "Discard them",
            closing(() => draft.discard()),
          ),
        );
      });
    },
  });
  form.addEventListener("submit", () => draft.stop());
  return draft;
}

export function mountDrafts(root = document) {
  return [...root.querySelectorAll("form[data-draft-url]")].map(mountDraft);
}
