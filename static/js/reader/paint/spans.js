// A span is what the server says is marked: {id, start, end, kind: "claim" | "evidence", group, claim}.

// Spans are never changed in place. Made once: a thousand keys for each block that came near the window were garbage to collect.
const keys = new WeakMap();

// Equal keys mean: paints the same.
export function spanKey(span) {
  let key = keys.get(span);
  if (key === undefined) {
    key = `${span.group} ${span.start} ${span.end} ${span.id}`;
    keys.set(span, key);
  }
  return key;
}

// The server's block of data in the page.
export function readData(id = "reader-data") {
  return JSON.parse(document.getElementById(id).textContent);
}

// The page's one list of spans. Everybody who shows them subscribes.
export function createSpanStore(initial = []) {
  let spans = initial;
  const listeners = new Set();
  const publish = () => {
    for (const listener of listeners) listener(spans);
  };
  return {
    all: () => spans,
    replace(next) {
      spans = next;
      publish();
    },
    add(more) {
      const ids = new Set(more.map((span) => span.id));
      spans = [...spans.filter((span) => !ids.has(span.id)), ...more];
      publish();
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(spans);
    },
  };
}
