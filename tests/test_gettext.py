"""The visible texts can be handed to translators: the catalogue is extracted and holds them."""

import shutil

import pytest
from django.core.management import call_command

IGNORED = ("tests/*", "bench/*", "build/*", "docs/*", "static/*", "node_modules/*", ".venv/*", "staticfiles/*")


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs GNU gettext")
def test_the_catalogue_can_be_extracted(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(settings.BASE_DIR)
    settings.LOCALE_PATHS = [tmp_path]
    call_command("makemessages", locale=["de"], ignore_patterns=list(IGNORED), verbosity=0)
    [catalogue] = tmp_path.rglob("*.po")
    text = catalogue.read_text()
    # One of each way: a template's text, an attribute, a text with a name in it, a form's label, a service's refusal.
    for message in (
        "Read the current version",
        "The claim and our rating",
        "This is version %(number)s, as it was published on %(published_at)s.",
        "Choose a password",
        "{person} is active already. Nothing was changed.",
    ):
        assert f'msgid "{message}"' in text
    assert "fuzzy" not in text.split("\n\n", 1)[1]
