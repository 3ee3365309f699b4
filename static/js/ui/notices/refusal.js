// Focus the error of a refused form when the page loads: its summary, else its first wrong field.
export function goToRefusal() {
  const wrong = document.querySelector('main [data-refusal], main form[method="post"] [aria-invalid="true"]');
  if (!wrong) return;
  if (wrong.dataset.refusal !== undefined) wrong.tabIndex = -1;
  wrong.focus();
}
