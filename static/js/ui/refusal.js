// A page that comes back because something was refused begins at what is wrong, not at its top: the summary of a form, else
// its first wrong field.
export function goToRefusal() {
  const wrong = document.querySelector('main [data-refusal], main form[method="post"] [aria-invalid="true"]');
  if (!wrong) return;
  if (wrong.dataset.refusal !== undefined) wrong.tabIndex = -1;
  wrong.focus();
}
