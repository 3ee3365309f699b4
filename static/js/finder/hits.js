// The list of passages under the keyboard: one of them is current and can be reached with Tab.

// A passage is named by its article and place, so that the same one is current after the list was exchanged.
export function createHits(pane) {
  let at = "";
  let index = 0;

  const all = () => [...pane.querySelectorAll("[data-hit]")];
  const current = () => pane.querySelector('[data-hit][tabindex="0"]');

  function enter(hit) {
    if (!hit) return;
    const hits = all();
    for (const one of hits) one.tabIndex = one === hit ? 0 : -1;
    at = hit.dataset.hit;
    index = hits.indexOf(hit);
  }

  function focus(hit = current()) {
    if (!hit) return false;
    hit.focus({ preventScroll: true });
    hit.scrollIntoView({ block: "nearest" });
    return true;
  }

  function step(by) {
    const hits = all();
    if (!hits.length) return false;
    const isInside = current()?.contains(document.activeElement);
    const next = isInside ? Math.min(Math.max(index + by, 0), hits.length - 1) : index;
    return focus(hits[next]);
  }

  return {
    current,
    enter,
    focus,
    step,
    goTo: (name) => {
      at = name;
      index = 0;
    },
    goToNumber: (number) => focus(all()[number - 1] ?? null),
    // The same passage as before, else the one that stands where it stood.
    restore({ takesFocus }) {
      const hits = all();
      const same = hits.find((hit) => hit.dataset.hit === at);
      const hit = same ?? hits[Math.min(index, hits.length - 1)];
      enter(hit);
      if (takesFocus) focus(hit);
    },
  };
}
