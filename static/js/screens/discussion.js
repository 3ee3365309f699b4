// The discussion of a claim: how many comments there are, and a word when a colleague's arrive.

import { announce } from "../ui/notices/announce.js";
import { toast } from "../ui/notices/toast.js";
import { unfold } from "../ui/widgets/fold.js";
import { gettext, interpolate, ngettext } from "../ui/words.js";

const commentsIn = (section) => [...section.querySelectorAll("[data-author]")];

// On a phone the part is folded: its head says how many comments it hides, and so does the way to it.
export function countComments() {
  const number = document.querySelectorAll("#discussion .comment").length;
  for (const count of document.querySelectorAll("[data-comment-count]")) {
    count.textContent = number;
    count.hidden = number === 0;
  }
}

function isInSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return element.checkVisibility() && bottom > 0 && top < innerHeight;
}

function wordsOf(fresh) {
  const names = new Set(fresh.map(({ dataset }) => dataset.author));
  if (names.size > 1)
    return interpolate(ngettext("%(count)s new comment.", "%(count)s new comments.", fresh.length), {
      count: fresh.length,
    });
  return interpolate(gettext("%(name)s commented on this claim."), { name: fresh[0].dataset.author });
}

// `before` is the section that was exchanged, `now` the one in its place. The part opens where it was folded: it is the last
// one of the page, so nothing moves under the reader.
export function tellOfComments(before, now) {
  const known = new Set(commentsIn(before).map(({ id }) => id));
  const fresh = commentsIn(now).filter(({ id }) => !known.has(id));
  if (!fresh.length) return;
  unfold(now);
  const words = wordsOf(fresh);
  if (isInSight(fresh[0])) return announce(words);
  const show = () => {
    unfold(fresh[0]);
    fresh[0].tabIndex = -1;
    fresh[0].focus({ preventScroll: true });
    fresh[0].scrollIntoView({ block: "center" });
  };
  toast(words, { action: { label: gettext("Show"), run: show } });
}
