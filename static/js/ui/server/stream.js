// Listen to the desk's events; connect again after growing pauses; let go while the tab is hidden.
//
// `on(name, data)` gets the events `changed`, `here` and `reset`; `onLive(isLive)` says whether changes come by themselves
// now or the page has to poll. What the server sends: factcheck/events. Without a url nothing happens.

const EVENTS = ["hello", "changed", "here", "reset", "lost", "beat", "bye"];
const FIRST_MS = 1_000;
const SLOWEST_MS = 60_000;
// A glance at another tab is not worth a new connection. Hidden tabs hold none: browsers open six to a host.
const HIDDEN_MS = 10_000;
// The server speaks every 15 s. After this the connection is dead, though nobody has said so.
const SILENT_MS = 40_000;
const MOVE_MS = 250;

export function createStream({ url, on, onLive = () => {} }) {
  let source = null;
  let id = "";
  let last = "";
  let pause = FIRST_MS;
  let timer = 0;
  let watch = 0;
  let hiding = 0;
  let moving = 0;
  let at = "";

  function close() {
    clearTimeout(watch);
    clearTimeout(timer);
    source?.close();
    source = null;
    id = "";
    onLive(false);
  }

  // With a random part: everybody lost the same server in the same moment.
  function later() {
    close();
    if (document.hidden) return;
    timer = setTimeout(open, pause * (0.75 + Math.random() / 2));
    pause = Math.min(pause * 2, SLOWEST_MS);
  }

  function open() {
    if (source || document.hidden) return;
    const since = last ? `&last=${encodeURIComponent(last)}` : "";
    source = new EventSource(url + since, { withCredentials: true });
    for (const name of EVENTS) source.addEventListener(name, receive);
    source.addEventListener("error", later);
    listen();
  }

  function listen() {
    clearTimeout(watch);
    watch = setTimeout(later, SILENT_MS);
  }

  const handlers = {
    hello({ stream, is_complete: isComplete, is_live: isLive }) {
      pause = FIRST_MS;
      id = stream;
      onLive(isLive);
      if (!isComplete) on("reset", {});
      if (at) tell();
    },
    reset() {
      onLive(true);
      on("reset", {});
    },
    lost: () => onLive(false),
    beat: () => {},
    // Signed out, or too many tabs: a poll finds out which, and says so.
    bye({ reason }) {
      if (reason === "signed_out") pause = SLOWEST_MS;
      later();
      on("reset", {});
    },
  };

  function receive(event) {
    listen();
    last = event.lastEventId || last;
    const data = JSON.parse(event.data);
    const handle = handlers[event.type];
    if (handle) handle(data);
    else on(event.type, data);
  }

  function tell() {
    if (!id) return;
    const where = new URL("here", new URL(url, location.href));
    const body = new URLSearchParams({ stream: id, claim: at });
    // Where the page is matters to nobody for long: a lost message is made up for by the next move.
    fetch(where, { method: "POST", body, credentials: "omit", keepalive: true }).catch(() => {});
  }

  function onVisible() {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(close, HIDDEN_MS);
    else open();
  }

  const onOnline = () => {
    pause = FIRST_MS;
    later();
  };

  if (url) {
    document.addEventListener("visibilitychange", onVisible);
    addEventListener("online", onOnline);
    // A page kept for the back button must not keep its connection.
    addEventListener("pagehide", close);
    addEventListener("pageshow", ({ persisted }) => persisted && open());
    open();
  }

  return {
    // Tell colleagues which claim this page is at; "" for none.
    moveTo(claim) {
      if (claim === at) return;
      at = claim;
      clearTimeout(moving);
      moving = setTimeout(tell, MOVE_MS);
    },
  };
}
