// The commands on words: find the target, and say so where there is none.

import { announce } from "../ui/notices/announce.js";
import { hint } from "../ui/notices/hint.js";
import { byKeys, gettext } from "../ui/words.js";
import { readSelection } from "./text/selection.js";

export const STANCES = ["supports", "refutes", "context"];

// The target is that of the bar, else the selection, else the place found by the quote field.
export function createActions({ offsets, bar, quote, marks, reattach, setRoles, canWrite }) {
  // What is selected now: the bar follows the selection a moment later, and keeps it while a touch on the bar drops it.
  const target = () => readSelection(offsets) ?? bar.target() ?? quote?.target() ?? null;

  function withTarget(act) {
    if (!canWrite) return hint(gettext("You can read this article, but not mark it."));
    const words = target();
    if (!words) return hint(gettext("Select the words first, or find them with the quote field."));
    return act(words);
  }

  function askStance(words) {
    if (!marks.canLink()) return marks.needPinned(() => askStance(words));
    // The bar may still stand at earlier words: told of these after the question, it would begin anew and take the answer away.
    const shown = bar.target();
    if (bar.step() === null || shown?.start !== words.start || shown?.end !== words.end) bar.show(words);
    bar.askStance();
    return announce(
      byKeys(
        gettext("Does it support (s), refute (r) or give context (x)?"),
        gettext("Does it support, refute or give context?"),
      ),
    );
  }

  function furniture() {
    if (!canWrite) return hint(gettext("You can read this article, but not change it."));
    return setRoles(target());
  }

  const link = (stance) => () => withTarget((words) => marks.evidence(words, stance));
  return {
    claim: () => withTarget(marks.claim),
    also: () => withTarget(marks.also),
    evidence: () => withTarget(askStance),
    furniture,
    reattach: () => reattach.put(),
    keep: () => reattach.stop(),
    ...Object.fromEntries(STANCES.map((stance) => [stance, link(stance)])),
  };
}

// The same commands for the keyboard. A stance only answers the bar's question: its keys are free otherwise.
export function actionKeys(actions, bar) {
  const stances = STANCES.map((stance) => [stance, () => (bar.step() === "stance" ? actions[stance]() : false)]);
  const { claim, also, evidence, furniture } = actions;
  return { claim, also, evidence, furniture, ...Object.fromEntries(stances) };
}
