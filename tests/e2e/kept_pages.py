"""Pages that the tests of one process hand on: a fresh context with its page takes most of a short test's time."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize

TIMEOUT_MS = 20_000  # on a busy machine with two cores; nothing waits for it that is there
# Shows the address of the tests' server and no script of ours, so that its storage can be emptied without anybody writing again.
QUIET = "/static/css/print.css"
# Options of a context that a page can have for a while.
ON_A_PAGE = {"viewport", "color_scheme", "reduced_motion", "forced_colors"}
_EMPTY = "() => { localStorage.clear(); sessionStorage.clear(); }"


class KeptPages:
    """Pages in contexts of their own on one server. `take` gives one that looks like a new one; options are those ON_A_PAGE.

    A page to which a test did what cannot be taken back (`clock.install`, a route) is closed instead of kept.
    """

    def __init__(self, browser: Browser, base_url: str, viewport: ViewportSize, init_script: str) -> None:
        self._browser = browser
        self._options: dict[str, Any] = {"base_url": base_url, "viewport": viewport}
        self._viewport, self._init_script = viewport, init_script
        self._free: list[Page] = []
        self._taken: list[Page] = []
        self._changed: set[Page] = set()

    def take(self, **options: Any) -> Page:
        page = self._free.pop() if self._free else self._make()
        self._taken.append(page)
        if "viewport" in options:
            page.set_viewport_size(options.pop("viewport"))
        if options:
            page.emulate_media(**options)
        return page

    def give_back(self) -> None:
        """Take every page back from the test; the first one that it had is the first one that the next test gets."""
        taken, self._taken = self._taken, []
        for page in reversed(taken):
            if page in self._changed or not self._is_emptied(page):
                self._changed.discard(page)
                page.context.close()
            else:
                self._free.append(page)

    def close(self) -> None:
        for page in self._free + self._taken:
            page.context.close()

    def _make(self) -> Page:
        context = self._browser.new_context(**self._options)
        context.set_default_timeout(TIMEOUT_MS)
        context.add_init_script(self._init_script)
        page = context.new_page()
        for owner, names in (
            (
                page,
                ("add_init_script", "expose_binding", "expose_function", "route", "set_extra_http_headers", "close"),
            ),
            (page.clock, ("install", "set_fixed_time", "set_system_time")),
            (context, ("add_init_script", "grant_permissions", "new_cdp_session", "route", "set_geolocation")),
        ):
            for name in names:
                setattr(owner, name, self._marking(page, getattr(owner, name)))
        return page

    def _marking(self, page: Page, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._changed.add(page)
            return method(*arguments, **options)

        return call

    def _is_emptied(self, page: Page) -> bool:
        try:
            self._empty(page, page.context)
        except Error:  # it crashed, or does not let itself be left
            return False
        return True

    def _empty(self, page: Page, context: BrowserContext) -> None:
        for other in context.pages:
            if other is not page:
                other.close()
        context.set_offline(False)
        page.goto(QUIET)  # not about:blank: on the way back the browser would start a new process for the page
        context.clear_cookies()
        page.evaluate(_EMPTY)
        if page.viewport_size != self._viewport:  # costs a resized window
            page.set_viewport_size(self._viewport)
        page.emulate_media(media="null", color_scheme="light", reduced_motion="no-preference", forced_colors="none")
        page.mouse.move(-1, -1)
