// A part of the page that is drawn anew keeps what was being typed in its other forms, and which of them were open.

const isTyped = (field) =>
  field.name &&
  field.type !== "hidden" &&
  field.type !== "submit" &&
  (field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : isChanged(field));

function isChanged(field) {
  if (!field.options) return field.value !== field.defaultValue;
  const first = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(first, 0);
}

// A draft keeps its own words; only what the server draws anew inside of it is looked after here.
const isOurs = (field) => !field.form.dataset.draftUrl || field.closest("#checklist") !== null;

function read(form) {
  const fields = [...form.elements].filter((field) => isOurs(field) && isTyped(field));
  return fields.map(({ name, value, checked }) => ({ name, value, checked }));
}

function write(form, fields) {
  for (const { name, value, checked } of fields) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = checked;
    else field.value = value;
  }
  form.closest("details")?.setAttribute("open", "");
}

export function keepTyped() {
  let kept = [];
  document.addEventListener("htmx:before:swap", ({ detail }) => {
    const sent = detail.ctx.sourceElement?.closest?.("form");
    kept = [...document.querySelectorAll("form[id]")]
      .filter((form) => form !== sent)
      .map((form) => ({ form, fields: read(form) }))
      .filter(({ fields }) => fields.length);
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const { form, fields } of kept) {
      const now = document.getElementById(form.id);
      if (now && (now !== form || form.dataset.draftUrl)) write(now, fields);
    }
  });
}
