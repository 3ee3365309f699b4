// Secondary parts of a long page, folded on a phone: `details[data-fold="name"]`, which the server sends open.

const phone = matchMedia("(max-width: 40rem)");
// What the person left open or closed on a phone: a part that is exchanged comes open from the server.
const chosen = new Map();
const known = new WeakSet();

function isNeeded(part) {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  return part.contains(target || null) || part.querySelector("[data-refusal], .has-error") !== null;
}

function fold(part) {
  known.add(part);
  part.open = !phone.matches || isNeeded(part) || chosen.get(part.dataset.fold) === true;
}

const parts = () => [...document.querySelectorAll("details[data-fold]")];

// Fold what a swap brought in; everything else stays as it is.
export function foldNew() {
  for (const part of parts()) if (!known.has(part)) fold(part);
}

// Open all that hides the element: what is hidden in a closed part can have no focus and cannot be scrolled to.
export function unfold(element) {
  for (let part = element?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
}

export function foldOnPhone() {
  for (const part of parts()) fold(part);
  phone.addEventListener("change", () => parts().forEach(fold));
  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (phone.matches && target.dataset.fold) chosen.set(target.dataset.fold, target.open);
    },
    true,
  );
}

// A browser does not send a form for a field that it cannot show.
document.addEventListener("invalid", ({ target }) => unfold(target), true);
