// Colleagues on the review: who else has it open, and a notice when what it shows has changed meanwhile. Nothing is exchanged
// by itself: the reviewer decides about the words in front of them.

import { toast, toastRefusal } from "../ui/notices/toast.js";
import { createHere } from "../ui/server/here.js";
import { readPage, wordsOf } from "../ui/server/shown.js";
import { createStream } from "../ui/server/stream.js";
import { gettext } from "../ui/words.js";

const SETTLE_MS = 300;

export function watchReview(page) {
  if (!page?.dataset.events) return;
  const here = createHere(page.querySelector("[data-here]"));
  let timer = 0;
  let closeNotice = null;

  // Not by the address in the bar: after a refused decision that is the decision's, which a reload would send again.
  const { url } = page.dataset;

  async function look() {
    const fresh = (await readPage(url)).getElementById(page.id);
    if (!fresh || wordsOf(fresh) === wordsOf(page)) return;
    closeNotice?.();
    const action = { label: gettext("Reload"), run: () => location.assign(url) };
    closeNotice = toast(gettext("This review changed since you opened it."), { action, stay: Infinity });
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(toastRefusal), SETTLE_MS);
  }

  const stream = createStream({
    url: page.dataset.events,
    onLive: (isLive) => isLive || here.set([]),
    on(name, data) {
      if (name === "here") here.set(data.people);
      else if (name === "reset" || data.claim === page.dataset.claim) soon();
    },
  });
  stream.moveTo(page.dataset.claim);
}
