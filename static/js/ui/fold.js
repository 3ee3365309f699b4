// Secondary parts of a long page, folded on a phone: `details[data-fold]`, which the server sends open.

const phone = matchMedia("(max-width: 40rem)");

function isNeeded(part) {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  return part.contains(target || null) || part.querySelector("[data-refusal], .has-error") !== null;
}

export function foldOnPhone() {
  const fold = () => {
    for (const part of document.querySelectorAll("details[data-fold]")) part.open = !phone.matches || isNeeded(part);
  };
  phone.addEventListener("change", fold);
  fold();
}

// A browser does not send a form for a field that it cannot show.
document.addEventListener(
  "invalid",
  ({ target }) => target.closest("details[data-fold]")?.setAttribute("open", ""),
  true,
);
