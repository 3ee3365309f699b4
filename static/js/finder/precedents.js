// Earlier checks of a statement, asked for while it is typed: on the claim page and in the reader's card.
//
// `data-precedents="address"` says where they are shown and asked for.

const TYPING_MS = 600;
const LEAST_WORDS = 3;

function slotOf(field) {
  return field.closest("form").querySelector("[data-precedents]") ?? document.querySelector("#claim [data-precedents]");
}

export function watchStatements() {
  let typing = 0;

  function ask(field) {
    const slot = slotOf(field);
    const statement = field.value.trim();
    if (!slot || statement.split(/\s+/).length < LEAST_WORDS) return;
    const url = `${slot.dataset.precedents}?${new URLSearchParams({ statement })}`;
    window.htmx.ajax("GET", url, { target: `#${slot.id}`, swap: "innerHTML" });
  }

  document.addEventListener("input", (event) => {
    if (event.target.name !== "statement" || !event.target.closest(".claim-card, #claim")) return;
    clearTimeout(typing);
    typing = setTimeout(ask, TYPING_MS, event.target);
  });
}
