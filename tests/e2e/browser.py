"""Finding a Chromium, and the traps that fail a test for what a person would only find in the browser's console."""

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Error, Page

# The headless shell first: the same engine without the browser's own windows, menus and profiles, a third cheaper.
PROGRAMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)

# Runs before any script of the page, and is not bound by the page's policy itself.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  const where = `${event.sourceFile}:${event.lineNumber}`;
  console.error(`CSP violation: ${event.violatedDirective} blocked ${event.blockedURI} at ${where}`);
});
"""


# Colours cross over and panels slide: what axe measures meanwhile is neither the old look nor the new one.
_SETTLED = """async () => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  await Promise.race([new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))), pause(500)]);
  const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity);
  await Promise.race([Promise.allSettled(ending.map((one) => one.finished)), pause(5000)]);
}"""


def find_browser() -> str | None:
    given = os.environ.get("FACTCHECK_CHROMIUM")
    return given or next(filter(None, map(shutil.which, PROGRAMS)), None)


class Traps:
    """Faults of a page that nobody sees: console errors, uncaught errors, dialogs, CSP violations.

    `allow(pattern)` names what a test expects, such as the console line of a 409 that it provokes.
    """

    def __init__(self) -> None:
        self.caught: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def watch(self, context: BrowserContext) -> None:
        """Watch the pages that there are and those that are opened. The context runs REPORT_VIOLATIONS."""
        context.on("page", self._watch_page)
        for page in context.pages:
            self._watch_page(page)

    def leave(self, context: BrowserContext) -> None:
        context.remove_listener("page", self._watch_page)
        for page in context.pages:
            page.remove_listener("console", self._on_console)
            page.remove_listener("pageerror", self._on_page_error)
            page.remove_listener("dialog", self._on_dialog)

    def _watch_page(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", self._on_page_error)
        page.on("dialog", self._on_dialog)

    def allow(self, pattern: str) -> None:
        self._allowed.append(re.compile(pattern))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            self._add("console", f"{message.text} ({where})")

    def _on_page_error(self, error: Error) -> None:
        self._add("uncaught error", str(error))

    def _on_dialog(self, dialog: Dialog) -> None:
        self._add(f"dialog {dialog.type}", dialog.message)
        dialog.dismiss()

    def _add(self, kind: str, text: str) -> None:
        self.caught.append(f"{kind}: {text}")

    def unexpected(self) -> list[str]:
        return [line for line in self.caught if not any(pattern.search(line) for pattern in self._allowed)]


def axe_violations(page: Page, source: Path, include: str | None = None) -> list[str]:
    """Run axe-core in the page at rest (WCAG 2.2 AA and best practices); one readable line per broken rule."""
    page.evaluate(_SETTLED)
    if not page.evaluate("'axe' in window"):  # half a megabyte of script, which the same page may have got before
        page.evaluate(source.read_text())
    # Preloading would copy stylesheets that import others into inline ones, which the policy forbids; no rule in use needs it.
    # Only the faults leave the page: all that is right there takes as long to hand over as to look at.
    look = """async (include) => {
        const options = { resultTypes: ["violations"], preload: false };
        return (await axe.run(include || document, options)).violations;
    }"""
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: "
        + "; ".join(" ".join(map(str, node["target"])) for node in rule["nodes"][:5])
        for rule in page.evaluate(look, include)
    ]
