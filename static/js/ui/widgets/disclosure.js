// data-disclosure="ID" on a button shows and hides that element; data-disclosure-focus moves the focus into it.
export function startDisclosures() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-disclosure]");
    if (!button) return;
    const target = document.getElementById(button.dataset.disclosure);
    target.hidden = !target.hidden;
    button.setAttribute("aria-expanded", String(!target.hidden));
    if (!target.hidden && button.dataset.disclosureFocus !== undefined) {
      target.querySelector("input:not([type=hidden]), textarea, select, button, a[href]")?.focus();
    }
  });
}
