// A passage whose words moved or went seeks its words: the person selects them and says "it stands here now".

import { announce } from "../../ui/notices/announce.js";
import { hint } from "../../ui/notices/hint.js";
import { toast, toastRefusal } from "../../ui/notices/toast.js";
import { request } from "../../ui/server/api.js";
import { byKeys, gettext } from "../../ui/words.js";

// `getWords()` is the selected target or null; `onDone(data)` gets the server's answer.
export function createReattach({ root, margin, bar, getWords, onDone }) {
  let url = null;
  let close = () => {};

  function stop() {
    url = null;
    close();
    bar().hide();
  }

  async function put(words) {
    try {
      const { start, end } = words;
      const { data } = await request(url, {
        method: "POST",
        form: { start, end },
        kept: gettext("The passage was not changed."),
      });
      stop();
      document.getSelection().removeAllRanges();
      await onDone(data);
    } catch (error) {
      toastRefusal(error);
    }
  }

  margin.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reattach]");
    if (!button) return;
    close();
    url = button.dataset.reattach;
    const words = getWords();
    if (words) return bar().show(words);
    const action = { label: gettext("Cancel"), run: stop };
    close = toast(gettext("Select the words where the passage is now."), { action, stay: Infinity });
    announce(
      byKeys(
        gettext("Select the words where the passage is now, then press Tab."),
        gettext("Select the words where the passage is now."),
      ),
    );
    root.focus({ preventScroll: true });
  });

  return {
    isOn: () => url !== null,
    stop,
    put() {
      const words = getWords();
      if (words) return put(words);
      return hint(gettext("Select the words first."));
    },
  };
}
