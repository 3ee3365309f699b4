// The reader's panels and its field for a quote: closed by their button, the field by Escape too.

// Closing returns the focus to the button that opened the panel.
export function watchPanels(screen, quote) {
  const close = (panel) => {
    const opener = document.querySelector(`[data-disclosure="${panel.id}"]`);
    panel.hidden = true;
    opener?.setAttribute("aria-expanded", "false");
    opener?.focus();
  };
  screen.addEventListener("click", (event) => {
    const button = event.target.closest("[data-panel-close], [data-quote-close]");
    if (!button) return;
    if (button.closest("[data-quote-form]")) quote.clear();
    close(button.closest("[data-quote-form], .reader-panel"));
  });
  screen.querySelector("[data-quote-form]")?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.currentTarget.querySelector("[data-action=claim]")?.click();
    }
    if (event.key !== "Escape") return;
    event.preventDefault();
    quote.clear();
    close(event.currentTarget);
  });
}
