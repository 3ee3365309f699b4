// The links to the parts of a long page: the one that is read is marked.

import { unfold } from "../ui/widgets/fold.js";

// Of several parts in sight the one that stands at this share of the window is read.
const EYE_LEVEL = 0.3;

export function markReadPart(nav) {
  const links = [...nav.querySelectorAll("a[href^='#']")];
  const partOf = (link) => document.getElementById(link.hash.slice(1));
  let isAsked = false;

  function mark() {
    isAsked = false;
    if (!nav.checkVisibility()) return;
    const eye = innerHeight * EYE_LEVEL;
    const isEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
    const begun = links.filter((link) => partOf(link)?.closest("details:not([open])") === null);
    const passed = begun.filter((link) => partOf(link).getBoundingClientRect().top <= eye);
    const current = isEnd ? begun.at(-1) : (passed.at(-1) ?? begun[0]);
    for (const link of links) {
      if (link === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    keepInSight(current);
  }

  function keepInSight(link) {
    if (!link || nav.scrollWidth <= nav.clientWidth) return;
    nav.scrollLeft = link.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2;
  }

  function soon() {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(mark);
  }

  // A browser opens a folded part for the address in the bar, not for the same address a second time.
  nav.addEventListener("click", ({ target }) => {
    const link = target.closest("a");
    if (link) unfold(partOf(link));
  });
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon, { passive: true });
  mark();
}
