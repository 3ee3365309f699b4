"""static/js/ui: drafts that lose nothing."""

import json

import pytest
from playwright.sync_api import Page

from tests.e2e.js.articles import page_html
from tests.e2e.js.conftest import Harness
from tests.e2e.js.server import Answer, Request

pytestmark = pytest.mark.e2e

DRAFT = """<form data-draft-url="/draft" data-draft-key="v1" data-etag='"1"'>
  <label>Summary <textarea name="summary">first</textarea></label><p data-save-state></p></form>"""


class DraftDesk:
    """A verdict's row: one text, a version that grows with each write, refused writes on an old one."""

    def __init__(self, js: Harness) -> None:
        self.text, self.version = "first", 1
        self.writes: list[str] = []
        js.server.routes["POST /draft"] = self.write

    def write(self, request: Request) -> Answer:
        self.writes.append(request.form["summary"])
        if request.headers["If-Match"] != f'"{self.version}"':
            current = {"current": {"summary": self.text}, "etag": f'"{self.version}"', "by": "Ada"}
            return Answer({"detail": "Ada saved this a moment ago."} | current, status=412)
        self.version += 1
        self.text = request.form["summary"]
        return Answer({}, headers={"ETag": f'"{self.version}"'})


def open_draft(js: Harness) -> tuple[Page, DraftDesk]:
    desk = DraftDesk(js)
    page = js.open(page_html(DRAFT))
    js.run("ui/drafts/draft-form.js", "(m) => { window.draft = m.mountDraft(document.querySelector('form')); }")
    return page, desk


STORED = "Object.keys(localStorage).filter((k) => k.startsWith('factcheck.draft'))"
STATE = "document.querySelector('[data-save-state]').dataset.state"


def test_typing_is_saved_after_a_pause_and_leaves_no_copy_behind(js: Harness) -> None:
    page, desk = open_draft(js)
    page.locator("textarea").fill("second")
    assert page.evaluate(STORED) == ["factcheck.draft.v1"], "kept before the server knows"
    js.wait(f"{STATE} === 'saved'")
    page.locator("textarea").fill("third")
    js.wait(f"{STATE} === 'saved' && {STORED}.length === 0")
    assert desk.writes == ["second", "third"]
    assert desk.text == "third"


def test_words_typed_without_a_connection_survive_a_reload(js: Harness) -> None:
    page, desk = open_draft(js)
    page.context.set_offline(True)
    page.locator("textarea").fill("typed in a tunnel")
    js.wait(f"{STATE} === 'offline'")
    assert "kept in this browser" in page.locator("[data-save-state]").inner_text()
    js.server.routes["POST /draft"] = lambda _: Answer(status=503)
    page.context.set_offline(False)
    page.reload()
    js.run("ui/drafts/draft-form.js", "(m) => { m.mountDraft(document.querySelector('form')); }")
    assert page.locator("textarea").input_value() == "first", "offered, not forced"
    js.server.routes["POST /draft"] = desk.write
    page.get_by_role("button", name="Restore them").click()
    js.wait(f"{STATE} === 'saved'")
    assert desk.text == "typed in a tunnel"
    assert page.evaluate(STORED) == []


def test_it_saves_by_itself_when_the_connection_is_back(js: Harness) -> None:
    page, desk = open_draft(js)
    page.context.set_offline(True)
    page.locator("textarea").fill("waiting")
    js.wait(f"{STATE} === 'offline'")
    page.context.set_offline(False)
    js.wait(f"{STATE} === 'saved'")
    assert desk.text == "waiting"


def test_new_typing_does_not_overwrite_an_undecided_draft(js: Harness) -> None:
    page, _ = open_draft(js)
    old = {"fields": {"summary": "old words"}, "etag": '"0"', "saved_at": "2026-06-16T10:00:00Z"}
    page.evaluate("(d) => localStorage.setItem('factcheck.draft.v1', d)", json.dumps(old))
    page.reload()
    js.run("ui/drafts/draft-form.js", "(m) => { m.mountDraft(document.querySelector('form')); }")
    assert "changed since then" in page.locator(".draft-notice").inner_text()
    page.locator("textarea").fill("newer words")
    js.wait(f"{STATE} === 'saved'")
    page.get_by_role("button", name="Restore them").click()
    assert page.locator("textarea").input_value() == "old words"


@pytest.mark.parametrize(("choice", "stands"), [("Keep mine", "mine"), ("Take theirs", "theirs")])
def test_a_conflict_shows_both_and_overwrites_nothing(js: Harness, choice: str, stands: str) -> None:
    page, desk = open_draft(js)
    desk.text, desk.version = "theirs", 5
    page.locator("textarea").fill("mine")
    notice = page.locator(".conflict")
    notice.wait_for()
    assert notice.locator(".conflict-words").all_inner_texts() == ["mine", "theirs"]
    assert page.evaluate("document.activeElement.name") == "summary", "the focus stays where one types"
    assert "Ada" in notice.inner_text()
    assert desk.text == "theirs"
    assert page.locator("textarea").input_value() == "mine"
    page.get_by_role("button", name=choice).click()
    js.wait(f"document.querySelector('textarea').value === '{stands}' && {STORED}.length === 0")
    assert desk.text == stands


RATINGS = """<form data-draft-url="/draft" data-draft-key="v1" data-etag='"1"'>
  <fieldset><legend>Rating</legend><label><input type="radio" name="rating" value="1">False</label>
  <label><input type="radio" name="rating" value="2">True</label></fieldset>
  <textarea name="summary">first</textarea><p data-save-state></p></form>"""


def test_a_choice_of_the_other_is_shown_and_taken_where_i_made_none(js: Harness) -> None:
    current = {"current": {"summary": "theirs", "rating": "2", "removed": "x"}, "etag": '"5"'}
    js.server.routes["POST /draft"] = lambda _: Answer({"detail": "Changed."} | current, status=412)
    page = js.open(page_html(RATINGS))
    js.run("ui/drafts/draft-form.js", "(m) => { m.mountDraft(document.querySelector('form')); }")
    page.locator("textarea").fill("mine")
    conflict = page.locator(".conflict")
    conflict.wait_for()
    assert conflict.locator(".conflict-words").all_inner_texts() == ["mine", "theirs", "(empty)", "True"]
    page.get_by_role("button", name="Take theirs").click()
    js.wait("document.querySelector('[value=\"2\"]').checked")


def test_a_refused_text_is_not_sent_again_and_again(js: Harness) -> None:
    page, desk = open_draft(js)
    answers: list[str] = []

    def refuse(request: Request) -> Answer:
        answers.append(request.form["summary"])
        return Answer({"detail": "Too long."}, status=422)

    js.server.routes["POST /draft"] = refuse
    page.locator("textarea").fill("long")
    js.wait(f"{STATE} === 'failed'")
    page.wait_for_timeout(1200)
    assert answers == ["long"]
    assert page.evaluate(STORED) == ["factcheck.draft.v1"]
    js.server.routes["POST /draft"] = desk.write
    page.locator("textarea").fill("short")
    js.wait(f"{STATE} === 'saved'")
