// Runs before the first paint (a classic script in <head>): applies the stored theme so that no page flashes.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is blocked: the system's own preference applies.
  }
})();
