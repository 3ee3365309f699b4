// Native dialogs: data-dialog-open="ID" opens one, data-dialog-close closes the one around it; a click on the backdrop
// closes those with data-dismissible. Focus returns to the opener by the browser's own rule.
export function openDialog(dialog) {
  if (!dialog.open) dialog.showModal();
}

function isBackdrop(event, dialog) {
  if (event.target !== dialog) return false;
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) openDialog(document.getElementById(opener.dataset.dialogOpen));
    event.target.closest("[data-dialog-close]")?.closest("dialog")?.close();
    const dialog = event.target.closest("dialog[data-dismissible]");
    if (dialog && isBackdrop(event, dialog)) dialog.close();
  });
}
