// One polite live region for the page. Saying the same words twice is heard twice.

function region() {
  const found = document.getElementById("live-region");
  if (found) return found;
  const element = document.createElement("div");
  element.id = "live-region";
  element.className = "visually-hidden";
  element.setAttribute("role", "status");
  element.setAttribute("aria-live", "polite");
  document.body.append(element);
  return element;
}

let timer = 0;

export function announce(message) {
  const element = region();
  element.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(() => {
    element.textContent = message;
  }, 50);
}
