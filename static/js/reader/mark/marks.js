// Mark a target as claim, appearance or evidence. Paints at once, and removes the paint where the server refuses.

import { toast, toastRefusal } from "../../ui/notices/toast.js";
import { request } from "../../ui/server/api.js";
import { byKeys, gettext, interpolate } from "../../ui/words.js";
import { choosePlace } from "./choose-place.js";

const GROUPS = { claim: "claim-marked", also: "claim-marked" };
let count = 0;

const isElsewhere = (now, before) => Boolean(now) && (now.start !== before?.start || now.end !== before?.end);

// `getPinned()` is the claim that travels with the editor, or null; `getNearest()` the one worked on last, as {claim, label},
// and `pin(claim)` pins it. `onDone(data, hasMovedOn)` gets the server's answer {message, undo: {url}, spans, claim}, and whether
// other words were selected while it was on its way.
export function createMarks({ urls, revision, store, getSelected, getPinned, getNearest, pin, onDone }) {
  const addressOf = { claim: urls.claims, also: urls.appearances, evidence: urls.evidence };

  function paintPending(kind, target, fields) {
    count += 1;
    const id = `pending-${count}`;
    const group = GROUPS[kind] ?? `evidence-${fields.stance}`;
    store.add([{ id, start: target.start, end: target.end, kind, group, claim: fields.claim ?? id }]);
    return () => store.replace(store.all().filter((span) => span.id !== id));
  }

  async function post(kind, target, fields = {}) {
    const unpaint = paintPending(kind, target, fields);
    const before = getSelected();
    try {
      const kept = gettext("Nothing was saved. You can mark the words again.");
      const { data } = await request(addressOf[kind], {
        method: "POST",
        form: { revision, ...target, ...fields },
        kept,
      });
      unpaint();
      // The words were found in a newer revision: their offsets mean nothing in the text on the page.
      if (data.revision !== revision) delete data.spans;
      await onDone(data, isElsewhere(getSelected(), before));
      return data;
    } catch (error) {
      unpaint();
      if (error.data?.candidates?.length) return choose(kind, error.data, fields);
      const again = { label: gettext("Try again"), run: () => post(kind, target, fields) };
      const canRepeat = error.isOffline || error.status === 401 || error.status >= 500;
      toastRefusal(error, { action: canRepeat ? again : undefined });
      return null;
    }
  }

  // Ask which of several places is meant, then send the request again for that place.
  async function choose(kind, { detail, candidates, revision: newest }, fields) {
    const place = await choosePlace(detail, candidates);
    if (!place) return null;
    const { start, end, exact } = place;
    return post(kind, { start, end, exact, revision: newest }, fields);
  }

  // Without a pinned claim, offer to pin the one worked on last; `again()` then continues.
  function withPinned(kind, target, fields = {}, again = () => withPinned(kind, target, fields)) {
    const pinned = getPinned();
    if (pinned) return post(kind, target, { claim: pinned.id, ...fields });
    const nearest = getNearest();
    const action = nearest && {
      label: gettext("Pin it and continue"),
      run: async () => (await pin(nearest.claim)) && again(),
    };
    const message = nearest
      ? interpolate(gettext("No claim is pinned. Do you mean “%(claim)s”?"), { claim: nearest.label })
      : byKeys(
          gettext("No claim is pinned. Go to a claim with j or k and press i; the words stay selected."),
          gettext("No claim is pinned. Open a claim and pin it, then select the words again."),
        );
    toast(message, { kind: "warning", action: action ?? undefined });
    return null;
  }

  return {
    claim: (target) => post("claim", target),
    also: (target) => withPinned("also", target),
    evidence: (target, stance) => withPinned("evidence", target, { stance }),
    needPinned: (again) => withPinned("evidence", null, {}, again),
    canLink: () => Boolean(getPinned()),
  };
}
