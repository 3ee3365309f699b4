// A form in a <details data-form-url> is fetched when it is opened for the first time. Its slot holds a link until then,
// which is the way in without script.
export function fetchFormsLater() {
  document.addEventListener(
    "toggle",
    ({ target }) => {
      const url = target.open && target.dataset.formUrl;
      const slot = url && target.querySelector("[data-form-slot]");
      if (slot && !slot.querySelector("form")) window.htmx.ajax("GET", url, { target: slot, swap: "innerHTML" });
    },
    true,
  );
}
