"""A real browser on a live server. Fixtures: `page`, `new_page`, `login_as`, `axe`, `looks`, `traps`.

Whatever the console, a dialog or the content security policy complained about fails the test that caused it.
"""

import os
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from accounts.login.sessions import SessionStore
from tests.e2e.browser import PROGRAMS, REPORT_VIOLATIONS, Traps, axe_violations, find_browser
from tests.e2e.kept_pages import ON_A_PAGE, TIMEOUT_MS, KeptPages
from tests.events.process import EventsProcess, events_process

AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe.min.js"
expect.set_options(timeout=TIMEOUT_MS)
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
LOOKS = ("light", "dark", "phone")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folder = Path(__file__).resolve().parent
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if "looks" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.looks)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        message = f"No browser: install Chromium (one of {', '.join(PROGRAMS)}) or set FACTCHECK_CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # Playwright's synchronous API keeps an event loop in this thread, which Django takes for asynchronous code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium's sandbox refuses root
        launched = playwright.chromium.launch(executable_path=program, args=arguments)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The settings under which pages name the bundles that production serves; they are made once, not compressed.

    Half a dozen files instead of some seventy for each page of a fresh context: most of a short test's time.
    """
    folder = tmp_path_factory.mktemp("static")
    backend = {"BACKEND": "factcheck.storage.HashedStaticFilesStorage"}
    options = {"STATIC_ROOT": folder, "STORAGES": {**settings.STORAGES, "staticfiles": backend}}
    with override_settings(**options, WHITENOISE_SKIP_COMPRESS_EXTENSIONS=["css", "js", "svg", "woff2", "txt", "md"]):
        call_command("collectstatic", interactive=False, verbosity=0)
    # The live server finds files where they are written; now also where they were collected.
    return options | {"STATICFILES_DIRS": [*settings.STATICFILES_DIRS, folder]}


@pytest.fixture
def _bundled(bundles: dict[str, Any]) -> Iterator[None]:
    with override_settings(**bundles):
        yield


@pytest.fixture
def traps() -> Iterator[Traps]:
    traps = Traps()
    yield traps
    assert traps.unexpected() == []


@pytest.fixture(scope="session")
def kept_pages(browser: Browser, live_server: Any) -> Iterator[KeptPages]:
    pages = KeptPages(browser, live_server.url, DESKTOP, REPORT_VIOLATIONS)
    yield pages
    pages.close()


@pytest.fixture
def new_page(
    browser: Browser,
    live_server: Any,
    kept_pages: KeptPages,
    _bundled: None,
    traps: Traps,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Any]:
    """`new_page(**options)`: a page with cookies and storage of its own.

    Options are Playwright's `new_context`. With one that a page cannot have for a while the context is a fresh one, whose
    cache is empty too.
    """
    monkeypatch.setattr(settings, "SITE_URL", live_server.url)
    contexts: list[BrowserContext] = []
    kept: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        if options.keys() <= ON_A_PAGE:
            page = kept_pages.take(**options)
            kept.append(page.context)
            traps.watch(page.context)
            return page
        context = browser.new_context(**{"base_url": live_server.url, "viewport": DESKTOP} | options)
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        context.add_init_script(REPORT_VIOLATIONS)
        traps.watch(context)
        return context.new_page()

    yield make
    # Before the database goes: a page that polls would meet it half gone.
    for context in contexts:
        context.close()
    for context in kept:
        traps.leave(context)
    kept_pages.give_back()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture(scope="session")
def events_beside(live_server: Any) -> Iterator[EventsProcess]:
    """One for all tests: to start it takes a second of a core. It keeps no connection to a test's database."""
    with events_process(live_server.url) as running:
        yield running


@pytest.fixture
def events(events_beside: EventsProcess, live_server: Any, settings: Any) -> EventsProcess:
    """The events process beside the live server: open pages hear of changes."""
    if events_beside.process.poll() is not None:
        events_beside.start()  # a test killed it and failed
    settings.EVENTS, settings.EVENTS_PORT = True, str(events_beside.port)
    allowed = f"{live_server.url.rpartition(':')[0]}:{events_beside.port}"
    settings.SECURE_CSP = settings.SECURE_CSP | {"connect-src": [*settings.SECURE_CSP["connect-src"], allowed]}
    return events_beside


@pytest.fixture
def login_as() -> Callable[[Page, Any], None]:
    """`login_as(page, user)`: the page's context is logged in; nothing is loaded."""

    def login(page: Page, user: Any) -> None:
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        value = str(session.session_key)
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": settings.SITE_URL}])

    return login


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page, include=None)`: fail with every accessibility rule that the page (or the part) breaks."""

    def check(page: Page, include: str | None = None) -> None:
        assert axe_violations(page, AXE, include) == []

    return check


@pytest.fixture
def looks(axe: Callable[..., None]) -> Callable[[Page], None]:
    """`looks(page)`: nothing is wider than a phone, and axe finds nothing in one look; the test's calls take turns.

    `make soak` takes every look at each call: the test is marked for it.
    """
    turns = cycle(LOOKS)

    def check(page: Page) -> None:
        size, wanted = page.viewport_size, LOOKS if os.environ.get("FACTCHECK_SOAK") else (next(turns),)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        for scheme in ("light", "dark"):
            if scheme in wanted:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                axe(page)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        if "phone" in wanted:
            axe(page)
        page.set_viewport_size(size)

    return check
