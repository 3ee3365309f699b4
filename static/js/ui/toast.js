// Short messages at the edge of the screen. Errors say what happened, what was kept and what to do, and stay until they
// are closed; the rest leave by themselves, but not while the pointer or the focus is on them.

const STAY_MS = 8000;

function region() {
  const found = document.getElementById("toasts");
  if (found) return found;
  const element = document.createElement("div");
  element.id = "toasts";
  element.className = "toasts";
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", "Messages");
  document.body.append(element);
  return element;
}

function actionButton({ label, key, run }, close) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button is-small toast-action";
  button.textContent = label;
  if (key) button.setAttribute("aria-keyshortcuts", key);
  button.addEventListener("click", () => {
    close();
    run();
  });
  return button;
}

function closeButton(close) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast-close";
  button.setAttribute("aria-label", "Close message");
  button.textContent = "×";
  button.addEventListener("click", close);
  return button;
}

// Shows the message and answers with a function that closes it. `action` is {label, key?, run}.
export function toast(message, { kind = "info", action, stay = kind === "error" ? Infinity : STAY_MS } = {}) {
  const box = document.createElement("div");
  box.className = `toast is-${kind}`;
  box.dataset.kind = kind;
  box.setAttribute("role", kind === "error" ? "alert" : "status");
  const words = document.createElement("p");
  words.className = "toast-message";
  words.textContent = message;
  let timer = 0;
  const close = () => {
    clearTimeout(timer);
    box.remove();
  };
  const wait = () => {
    clearTimeout(timer);
    if (stay !== Infinity) timer = setTimeout(close, stay);
  };
  box.append(words, ...(action ? [actionButton(action, close)] : []), closeButton(close));
  for (const type of ["pointerenter", "focusin"]) box.addEventListener(type, () => clearTimeout(timer));
  for (const type of ["pointerleave", "focusout"]) box.addEventListener(type, wait);
  region().append(box);
  wait();
  return close;
}
