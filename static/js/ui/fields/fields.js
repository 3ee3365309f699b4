// Whether a person changed the field since it was drawn. Hidden fields and buttons never count: script sets their values.
const UNTYPED = new Set(["hidden", "submit", "button", "reset"]);

export function isChanged(field) {
  if (UNTYPED.has(field.type)) return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (!(field instanceof HTMLSelectElement)) return field.value !== field.defaultValue;
  const options = [...field.options];
  const hasDefault = options.some((option) => option.defaultSelected);
  return options.some((option, i) => option.selected !== (hasDefault ? option.defaultSelected : i === 0));
}
