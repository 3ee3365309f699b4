// Poll for others' marks every few seconds; pause while the tab is hidden, slow down while the server does not answer.

import { ApiError, request } from "../../ui/server/api.js";
import { createQueue } from "../../ui/server/queue.js";

const SLOWEST_MS = 60_000;

// `onData(data)` gets each changed answer, `onTrouble(error)` a failure, and null when it is over. `headers()` names what
// the page has. `now()` polls at once and resolves when its answer was handled.
export function createPoll({ url, interval = 4000, headers = () => ({}), onData, onTrouble = () => {} }) {
  let etag = null;
  let usual = interval;
  let pause = usual;
  let timer = 0;
  const queue = createQueue();

  async function ask() {
    try {
      const answer = await request(url, { headers: { ...headers(), ...(etag ? { "If-None-Match": etag } : {}) } });
      pause = usual;
      onTrouble(null);
      // An answer that could not be shown is sent again, so the tag is kept only afterwards. Of an unchanged page the server
      // renews it: it says up to which change the server has looked.
      if (!answer.isUnchanged) await onData(answer.data);
      etag = answer.etag;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      pause = Math.min(pause * 2, SLOWEST_MS);
      onTrouble(error);
    }
  }

  function schedule() {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(now, pause);
  }

  // One request at a time; a call in between gets a fresh answer after it.
  function now() {
    clearTimeout(timer);
    return queue(ask).finally(schedule);
  }

  const onVisible = () => (document.hidden ? clearTimeout(timer) : now());
  const onOnline = () => now();
  document.addEventListener("visibilitychange", onVisible);
  addEventListener("online", onOnline);
  schedule();

  return {
    now,
    // Ask every `ms` from now on, null for the usual pace: where changes come by events, polling is a safety net.
    pace(ms) {
      if (usual === (ms ?? interval)) return;
      usual = ms ?? interval;
      pause = usual;
      schedule();
    },
  };
}
