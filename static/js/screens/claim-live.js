// Colleagues on the claim page: their comments appear by themselves; for every other change a notice offers to show it.
// What the same person changed in another tab appears by itself.

import { isChanged } from "../ui/fields/fields.js";
import { toast, toastRefusal } from "../ui/notices/toast.js";
import { createHere } from "../ui/server/here.js";
import { hasOwnChange } from "../ui/server/own-changes.js";
import { readPage, wordsOf } from "../ui/server/shown.js";
import { createStream } from "../ui/server/stream.js";
import { gettext } from "../ui/words.js";
import { tellOfComments } from "./discussion.js";

const SECTIONS = ["head", "evidence", "appearances", "verdict", "discussion"];
const SETTLE_MS = 150;

const isInUse = (section) =>
  section.contains(document.activeElement) || [...section.querySelectorAll("input, textarea, select")].some(isChanged);

// `afterSwap()` sets up the parts that were exchanged.
export function watchColleagues(page, { afterSwap }) {
  const url = page.dataset.events;
  if (!url) return;
  const claim = page.dataset.claim;
  const list = page.querySelector("[data-here]");
  const here = list && createHere(list);
  let timer = 0;
  let closeNotice = null;
  // Whether all that was told since the last look is this person's own.
  let isOwn = true;

  // Not by the address in the bar: after a refused form that is the form's.
  const readCurrent = () => readPage(page.dataset.url);

  function changedSections(fresh) {
    const pairs = SECTIONS.map((id) => [document.getElementById(id), fresh.getElementById(id)]);
    return pairs.filter(([now, then]) => now && then && wordsOf(now) !== wordsOf(then));
  }

  function swap([now, then]) {
    const node = document.importNode(then, true);
    now.replaceWith(node);
    window.htmx.process(node);
    afterSwap();
    return node;
  }

  function offer(message) {
    closeNotice?.();
    const action = { label: gettext("Show"), run: () => show().catch(toastRefusal) };
    closeNotice = toast(message, { action, stay: Infinity });
  }

  // What somebody writes in stays until it is saved: then a reload brings both together.
  async function show() {
    const found = changedSections(await readCurrent());
    const [busy, free] = [found.filter(([now]) => isInUse(now)), found.filter(([now]) => !isInUse(now))];
    for (const pair of free) swap(pair);
    if (busy.length) toast(gettext("The part you are writing in was left alone. Save it, then reload the page."));
  }

  async function look() {
    const wasOwn = isOwn;
    isOwn = true;
    const found = changedSections(await readCurrent());
    const isQuiet = ([now]) => (wasOwn || now.id === "discussion") && !isInUse(now);
    for (const pair of found.filter(isQuiet)) {
      const node = swap(pair);
      if (node.id === "discussion" && !wasOwn) tellOfComments(pair[0], node);
    }
    if (found.every(isQuiet)) return;
    offer(wasOwn ? gettext("You changed this claim in another tab.") : gettext("A colleague changed this claim."));
  }

  function soon(isOwnChange) {
    isOwn &&= isOwnChange;
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(toastRefusal), SETTLE_MS);
  }

  const stream = createStream({
    url,
    onLive: (isLive) => isLive || here?.set([]),
    on(name, data) {
      if (name === "here") here?.set(data.people);
      // What was missed names nobody: this browser's own last change is all there is to go by.
      else if (name === "reset") soon(hasOwnChange());
      else if (data.claim === claim) soon(data.is_own === true);
    },
  });
  stream.moveTo(claim);
}
