"""The visible texts can be handed to translators: the catalogues are extracted, hold them, and reach the page."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

IGNORED = ("tests/*", "bench/*", "build/*", "docs/*", "node_modules/*", ".venv/*", "staticfiles/*", "static/vendor/*")
needs_gettext = pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs GNU gettext")


def extract(settings, folder: Path, domain: str, *ignored: str) -> str:
    settings.LOCALE_PATHS = [folder]
    patterns = [*IGNORED, *ignored]
    call_command("makemessages", locale=["de"], domain=domain, ignore_patterns=patterns, verbosity=0)
    [catalogue] = folder.rglob(f"{domain}.po")
    text = catalogue.read_text()
    assert "fuzzy" not in text.split("\n\n", 1)[1]
    return text


@needs_gettext
def test_the_catalogue_can_be_extracted(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(settings.BASE_DIR)
    text = extract(settings, tmp_path, "django", "static/*")
    # One of each way: a template's text, an attribute, a text with a name in it, a form's label, a service's refusal.
    for message in (
        "Read the current version",
        "The claim and our rating",
        "This is version %(number)s, as it was published on %(published_at)s.",
        "Choose a password",
        "{person} is active already. Nothing was changed.",
    ):
        assert f'msgid "{message}"' in text


@needs_gettext
def test_the_texts_of_scripts_are_translated_in_the_page(client, settings, tmp_path, monkeypatch):
    monkeypatch.chdir(settings.BASE_DIR)
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    text = extract(settings, tmp_path, "djangojs")
    for message in ("Connected again.", "%(at)s of %(total)s", "Next claim, or line of a list"):
        assert f'msgid "{message}"\n' in text
    assert 'msgid_plural "%(count)s cards shown."' in text
    [catalogue] = tmp_path.rglob("djangojs.po")
    catalogue.write_text(text.replace('msgid "Connected again."\nmsgstr ""', 'msgid "Connected again."\nmsgstr "Da."'))
    subprocess.run(["msgfmt", catalogue, "-o", catalogue.with_suffix(".mo")], check=True)  # found on PATH

    answer = client.get("/words/de.js")

    assert '"Connected again.": "Da."' in answer.content.decode()
    assert (answer["Content-Type"].split(";")[0], answer["Cache-Control"]) == (
        "text/javascript",
        "public, max-age=3600",
    )
    assert client.get("/words/xx.js").status_code == 404


@pytest.mark.django_db
def test_only_another_language_loads_a_catalogue(client):
    page = reverse("account_login")
    assert b"/words/" not in client.get(page).content
    with translation.override("de"):
        html = client.get(page).content.decode()
    # Deferred scripts and modules run in their order, so the catalogue is there before the first module.
    assert html.index('<script src="/words/de.js" defer></script>') < html.index('type="module"')
