"""Fixtures for the client modules' tests: a real browser, a loopback server, traps for errors and policy violations."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

from tests.e2e.js.articles import article_html, page_html
from tests.e2e.js.server import HarnessServer
from tests.e2e.kept_pages import KeptPages

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
TRAP = """
  window.violations = [];
  document.addEventListener('securitypolicyviolation', (e) => window.violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""


@pytest.fixture(scope="session")
def js_browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    # One process can hold one synchronous Playwright: share the suite's browser where it has one.
    try:
        yield request.getfixturevalue("browser")
    except pytest.FixtureLookupError:
        path = CHROMIUM if Path(CHROMIUM).exists() else None
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=path, args=[*FLAGS, "--disable-sync", "--no-first-run"]
            )
            yield browser
            browser.close()


@pytest.fixture(scope="session")
def harness() -> Iterator[HarnessServer]:
    server = HarnessServer()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def server(harness: HarnessServer) -> HarnessServer:
    harness.reset()
    return harness


@pytest.fixture
def errors() -> list[str]:
    """Return the page's complaints. A test that provokes a complaint removes it; the rest fails the test."""
    return []


@pytest.fixture(scope="session")
def kept_js_pages(js_browser: Browser, harness: HarnessServer) -> Iterator[KeptPages]:
    pages = KeptPages(js_browser, harness.url, {"width": 1280, "height": 800}, TRAP)
    yield pages
    pages.close()


@pytest.fixture
def page(kept_js_pages: KeptPages, server: HarnessServer, errors: list[str]) -> Iterator[Page]:
    def on_error(error: Error) -> None:
        errors.append(str(error))

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page = kept_js_pages.take()
    page.on("pageerror", on_error)
    page.on("console", on_console)
    yield page
    violations = page.evaluate("window.violations ?? []") if page.url.startswith("http") else []
    page.remove_listener("pageerror", on_error)
    page.remove_listener("console", on_console)
    kept_js_pages.give_back()
    assert violations == []
    assert [error for error in errors if "Failed to load resource" not in error] == []


class Harness:
    """Opens pages and runs a module's functions in them: `run("reader/text/offsets.js", "m => ...", argument)`."""

    def __init__(self, page: Page, server: HarnessServer) -> None:
        self.page, self.server = page, server

    def open(self, html: str, path: str = "/page", query: str = "") -> Page:
        self.server.pages[path] = html
        self.page.goto(path + query)
        return self.page

    def open_article(self, blocks: list[tuple[str, str]], *, query: str = "", styles: bool = True) -> Page:
        return self.open(page_html(f"<main>{article_html(blocks)}</main>", styles=styles), query=query)

    def wait(self, expression: str, seconds: float = 20) -> Any:
        """Until the expression is true. (Playwright's own wait uses eval, which the page's policy forbids.)"""
        deadline = time.monotonic() + seconds
        while not (value := self.page.evaluate(expression)):
            assert time.monotonic() < deadline, f"never true: {expression}"
            self.page.wait_for_timeout(20)
        return value

    def run(self, module: str, code: str, argument: Any = None) -> Any:
        script = f"async (arg) => {{ const m = await import('/static/js/{module}'); return await ({code})(m, arg); }}"
        return self.page.evaluate(script, argument)


@pytest.fixture
def js(page: Page, server: HarnessServer) -> Harness:
    return Harness(page, server)
