"""The reader in a headless browser: one text of 12,000 words with 0, 10, 1,000 and 10,000 marks, in one run.

Goals (issues 12 and 13): 10 marks cold/warm 350/200 ms, 1,000 marks 600/400 ms; at most 15 requests, 90 kB of scripts and
styles, 60 kB of fonts; no task over 100 ms while scrolling; `c` to highlight and `j` to frame under 50 ms at 10,000 marks, the
first time too. The text without marks is the baseline: what the browser needs for the words alone.
"""

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bench.harness.scratch import make_person, scratch_desk
from bench.harness.server import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from accounts.models import User

MARKS = (0, 10, 1_000, 10_000)
PARAGRAPHS, WORDS = 200, 60
STEPS = 20
_NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)

_WATCH = """
window.tasks = [];
new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((one) => one.duration)))
  .observe({ type: "longtask", buffered: true });
"""
_LOADED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [ready] = performance.getEntriesByName("reader-ready");
  const files = performance.getEntriesByType("resource");
  const sum = (test) => files.filter((one) => test.test(one.name)).reduce((all, one) => all + one.transferSize, 0) / 1000;
  return {
    document: page.responseEnd - page.requestStart, loaded: Math.max(page.loadEventEnd, ready.startTime),
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    requests: files.length + 1, code: sum(/\\.(js|css)$/), fonts: sum(/\\.woff2$/), longest: Math.max(0, ...window.tasks),
  };
}"""
_SCROLL = """async () => {
  window.tasks.length = 0;
  let worst = 0, last = performance.now();
  for (let y = 0; y < document.documentElement.scrollHeight; y += 300) {
    scrollTo({ top: y, behavior: "instant" });
    await new Promise(requestAnimationFrame);
    worst = Math.max(worst, performance.now() - last);
    last = performance.now();
  }
  await new Promise((done) => setTimeout(done, 500));
  return [worst, Math.max(0, ...window.tasks)];
}"""
_PRESS = """(key) => new Promise((done) => {
  const from = performance.now();
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, code: `Key${key.toUpperCase()}`, bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));
})"""
_SELECT = """(block) => {
  const { firstChild } = document.querySelectorAll("[data-start]")[block];
  document.activeElement.blur();
  firstChild.parentElement.scrollIntoView({ block: "center" });
  getSelection().setBaseAndExtent(firstChild, 0, firstChild, 20);
}"""


def run() -> None:
    with scratch_desk() as scratch:
        folder = scratch.folder / "static"
        collect(folder / "staticfiles")
        person = make_person("editor")
        addresses = {count: make_article(person, count) for count in MARKS}
        with serving(folder) as port, browsing() as browser:
            cookie = log_in(person)
            for count, address in addresses.items():
                show(count, measure(browser, f"http://127.0.0.1:{port}", address, cookie, count))


def collect(target: Any) -> None:
    from django.conf import settings
    from django.core.management import call_command

    target.mkdir(parents=True)
    settings.STATIC_ROOT = target
    call_command("collectstatic", interactive=False, verbosity=0)


def make_article(person: "User", count: int) -> str:
    """Make an article with `count` claims on single words; returns the reader's address."""
    import re

    from django.urls import reverse

    from annotations.services.bulk_claims import ClaimDraft, create_claims
    from annotations.services.targets import Target
    from tests.annotations import story

    line = "The town says that bridges cost {} million euros a year and that nobody was asked before they were built. "
    paragraphs = tuple((line.format(number) * 4)[: WORDS * 6].strip() for number in range(PARAGRAPHS))
    article = story.make_article((f"A town of bridges, {count}", *paragraphs))
    revision = article.current_revision
    assert revision is not None
    words = list(re.finditer(r"\w+", revision.text))
    chosen = words[:: max(1, len(words) // count)][:count] if count else []
    drafts = [
        ClaimDraft(target=Target(article_id=article.pk, start=one.start(), end=one.end()), statement=f"Claim {number}")
        for number, one in enumerate(chosen)
    ]
    for at in range(0, len(drafts), 1_000):
        create_claims(person=person, drafts=drafts[at : at + 1_000], now=_NOW)
    return reverse("annotations:reader", args=[article.pk])


@contextmanager
def browsing() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    from tests.e2e.browser import find_browser

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def log_in(person: "User") -> tuple[str, str]:
    """Return name and value of a session's cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.login.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return settings.SESSION_COOKIE_NAME, str(session.session_key)


def measure(browser: "Browser", site: str, address: str, cookie: tuple[str, str], count: int) -> dict[str, Any]:
    colds: list[dict[str, float]] = []
    warms: list[dict[str, float]] = []
    for _ in range(3):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": site}])
        context.add_init_script(_WATCH)
        page = context.new_page()
        colds.append(load(page, site + address))
        warms.append(load(page, site + address))
        context.close()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": site}])
    context.add_init_script(_WATCH)
    page = context.new_page()
    load(page, site + address)
    marked = [mark(page, block, count + nth) for nth, block in ((1, 4), (2, 5))]
    frame, task = page.evaluate(_SCROLL)
    page.evaluate("scrollTo(0, 0)")
    steps = [page.evaluate(_PRESS, "j") for _ in range(STEPS)]
    if not page.evaluate("document.activeElement.id").startswith("claim-"):
        raise RuntimeError("j did not act.")
    context.close()
    return {"cold": median(colds), "warm": median(warms), "frame": frame, "task": task, "mark": marked, "steps": steps}


def median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def load(page: "Page", address: str) -> dict[str, float]:
    page.goto(address, wait_until="load")
    page.wait_for_selector(".reader-margin.is-ready", state="attached")
    page.wait_for_timeout(700)
    found: dict[str, float] = page.evaluate(_LOADED)
    return found


def mark(page: "Page", block: int, claims: int) -> float:
    """Select words and press `c`; returns the milliseconds to the next frame. What does nothing would be quick: see `claims`."""
    page.evaluate(_SELECT, block)
    # No `expect`: it describes the whole page each time it has to wait, for seconds with 10,000 cards.
    page.wait_for_selector(".selection-bar:not([hidden])")
    taken: float = page.evaluate(_PRESS, "c")
    page.wait_for_function(
        "(claims) => document.querySelectorAll('.claim-card').length === claims", arg=claims, timeout=60_000
    )
    page.wait_for_timeout(700)
    return taken


def show(count: int, found: dict[str, Any]) -> None:
    cold, warm, steps = found["cold"], found["warm"], found["steps"]
    print(f"{count:6,} marks  cold {words_of(cold)}\n              warm {words_of(warm)}")
    print(
        f"              {cold['requests']:.0f} requests, {cold['code']:.0f} kB scripts and styles, {cold['fonts']:.0f} kB fonts"
    )
    print(f"              scrolling: worst frame {found['frame']:.0f} ms, longest task {found['task']:.0f}")
    print(f"              c: first {found['mark'][0]:.0f} ms, second {found['mark'][1]:.0f}")
    print(f"              j: median {statistics.median(steps):.0f} ms, worst {max(steps):.0f}", flush=True)


def words_of(one: dict[str, float]) -> str:
    return (
        f"{one['loaded']:5.0f} ms (document {one['document']:.0f}, first paint {one['paint']:.0f},"
        f" longest task {one['longest']:.0f})"
    )
