// Follow the selection, the pointer and the address: each shows or opens what it is at.

import { announce } from "../ui/notices/announce.js";
import { toast } from "../ui/notices/toast.js";
import { byKeys, gettext, interpolate } from "../ui/words.js";
import { createChooser } from "./paint/chooser.js";
import { watchPointer } from "./paint/pointer.js";
import { watchSelection } from "./text/selection.js";

// Show the bar for a selection that has come to rest; hide it where there is none.
export function followSelection({ offsets, bar, canWrite }) {
  watchSelection(offsets, (words, how) => {
    const shown = bar.target();
    if (bar.isPressed()) return;
    if (!words || !canWrite) {
      // Words of the quote field are not selected; their bar stays while the focus is there.
      const at = document.activeElement;
      if (!bar.element.contains(at) && !at?.closest("[data-quote-form]")) bar.hide();
    } else if (shown && shown.start === words.start && shown.end === words.end) {
      bar.place();
    } else {
      bar.show(words, how);
      // The caret tells of its own moves.
      if (!offsets.root.dataset.caret)
        announce(
          interpolate(
            byKeys(
              gettext("Selected: %(words)s. Press c for claim, a for also here, e for evidence."),
              gettext("Selected: %(words)s."),
            ),
            { words: words.exact.slice(0, 80) },
          ),
        );
    }
  });
}

// Open the claim of clicked words; ask which where there are several.
export function followPointer({ root, hits, margin }) {
  const onChoose = (span) => margin.activate(margin.cardOf(span));
  const chooser = createChooser({ onChoose, labelOf: (span) => margin.labelOf(margin.cardOf(span)) });
  watchPointer({
    root,
    hits,
    onHover: (spans) => margin.hover(spans.length ? margin.cardOf(spans[0]) : null),
    onPress(spans, x, y) {
      const known = spans.filter(margin.cardOf);
      if (new Set(known.map(margin.cardOf)).size > 1) chooser.open(known, x, y);
      else if (known.length) margin.activate(margin.cardOf(known[0]));
      else {
        margin.setActive(null);
        margin.open(null);
      }
    },
  });
}

// `#claim-<id>` opens a claim, `#at=120-180` (code points) shows exact words, `#reattach=<placement>` lets a passage seek
// its words: how other screens link to a passage.
export function followHash({ margin, showWords }) {
  const open = () => {
    const words = location.hash.match(/^#at=(\d+)-(\d+)$/);
    const isCard = /^#(claim|evidence)-/.test(location.hash);
    const card = isCard ? document.getElementById(location.hash.slice(1)) : null;
    if (words) showWords({ id: "at", claim: "", group: "search", start: Number(words[1]), end: Number(words[2]) });
    if (card) margin.activate(card);
    const placement = location.hash.match(/^#reattach=([0-9a-f-]{36})$/)?.[1];
    if (placement) seekWords(placement, margin);
  };
  addEventListener("hashchange", open);
  open();
}

async function seekWords(placement, margin) {
  await margin.whole(document.querySelector(`[data-news~="${placement}"]`));
  const button = document.querySelector(`[data-reattach*="/${placement}/"]`);
  if (!button)
    return toast(gettext("This passage was placed or decided on in the meantime. Its card shows where it is now."));
  margin.activate(button.closest(".claim-card"));
  button.click();
}
