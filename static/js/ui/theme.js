// Light, dark, or as the system: buttons with data-theme-choice. The choice stays on the device.
const root = document.documentElement;

function current() {
  return root.dataset.theme ?? "auto";
}

function store(choice) {
  try {
    if (choice === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", choice);
  } catch {
    // Storage is blocked: the choice holds for this page.
  }
}

function show() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current()));
  }
}

export function setTheme(choice) {
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice;
  store(choice);
  show();
}

export function startTheme() {
  show();
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (button) setTheme(button.dataset.themeChoice);
  });
}
