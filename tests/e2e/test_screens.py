"""Every screen, full of the demo's story: no accessibility rule broken, nothing wider than the window, no complaint."""

from pathlib import Path

import pytest

from tests.e2e import screens

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
FOLDER = Path(__file__).resolve().parents[2] / "build" / "screens"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Text beside something that leaves it no room stands one letter a line: nothing overflows, nobody can read it.
CRUSHED = """() => [...document.querySelectorAll("p, h1, h2, h3, li, tbody th, td, dd, label")]
  .filter((one) => one.innerText.trim().length > 20 && one.clientWidth > 1 && one.clientWidth < 60)
  .map((one) => `${one.clientWidth} px for "${one.innerText.trim().slice(0, 40)}"`)"""

# What people and publishers name, with a word in it that is longer than a phone is wide: one element after the other.
WIDENED = """(word) => {
  const named = `h1, h2 a, h3 a, li a:not(.button), th a, th[scope=row], td, dd, blockquote p, .page-lead, .queue-row-meta > span,
    .factcheck-claim, .factcheck-summary`;
  const widened = [];
  for (const one of document.querySelectorAll(`main :is(${named})`)) {
    if (!one.checkVisibility() || one.querySelector("button, form, select, input, svg")) continue;
    const words = [...one.childNodes];
    one.replaceChildren(word);
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
      widened.push(`${one.localName} in ${one.parentElement.localName}.${one.parentElement.className}`);
    one.replaceChildren(...words);
  }
  return [...new Set(widened)];
}"""
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def story(transactional_db, settings, tmp_path, monkeypatch):
    """Told with the shipped samples: photographs show no publisher's articles."""
    monkeypatch.setenv("FACTCHECK_SHARED_DIR", str(tmp_path))
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DEMO = True
    return screens.tell_story()


@pytest.fixture
def open_screen(new_page, login_as):
    pages = {}

    def visit(screen, look):
        key = (screen.who, look)
        if key not in pages:
            pages[key] = new_page(**LOOKS[look])
            if screen.who:
                login_as(pages[key], screens.person(screen))
        page = pages[key]
        page.goto(screen.path, wait_until="load")
        page.wait_for_timeout(250)
        return page

    return visit


@pytest.mark.parametrize("turn", range(len(LOOKS)))
def test_each_screen_is_accessible_and_fits_in_one_look(story, open_screen, axe, turn):
    """Every screen once, each look on a third of them; `make soak` sees all in all."""
    assert_accessible(story[turn :: len(LOOKS)], list(LOOKS)[turn], open_screen, axe)


@pytest.mark.soak
@pytest.mark.parametrize("look", LOOKS)
def test_every_screen_is_accessible_and_fits_in_every_look(story, open_screen, axe, look):
    assert_accessible(story, look, open_screen, axe)


def assert_accessible(shown, look, open_screen, axe):
    problems = []
    for screen in shown:
        page = open_screen(screen, look)
        try:
            axe(page)
        except AssertionError as error:
            problems.append(f"{screen.name}: {str(error)[:600]}")
        if page.evaluate(OVERFLOW) > 0:
            problems.append(f"{screen.name}: {page.evaluate(OVERFLOW)} px wider than the window")
        problems += [f"{screen.name}: {crushed}" for crushed in page.evaluate(CRUSHED)]
        if look == "phone":
            problems += [f"{screen.name}: a long word widens {one}" for one in page.evaluate(WIDENED, LONG_WORD)]
    assert problems == []


@pytest.mark.screenshots
@pytest.mark.parametrize("look", LOOKS)
def test_photograph_every_screen(story, open_screen, look):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for screen in story:
        page = open_screen(screen, look)
        page.screenshot(path=FOLDER / f"{screen.name}-{look}.png", full_page=True, animations="disabled")
    assert {path.name for path in FOLDER.glob(f"*-{look}.png")} >= {f"{screen.name}-{look}.png" for screen in story}
