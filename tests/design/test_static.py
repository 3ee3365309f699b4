"""What production serves: every module, font and icon under a name that changes with its content."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

_IMPORT = re.compile(r"""(?:from|import)\s+["'](\.{1,2}/[^"']+)["']""")
_HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    backend = {"BACKEND": "factcheck.storage.HashedStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_modules_import_each_other_by_hashed_names(collected: Path):
    modules = [path for path in (collected / "js").rglob("*.js") if _HASHED.search(path.name)]
    imports = [(path, name) for path in modules for name in _IMPORT.findall(path.read_text())]
    assert imports
    assert [(path.name, name) for path, name in imports if not _HASHED.search(name)] == []
    assert all((path.parent / name).resolve().exists() for path, name in imports)


def test_fonts_are_found_by_their_stylesheet(collected: Path):
    sheet = next((collected / "css").glob("fonts.*.css"))
    fonts = re.findall(r'url\("([^"]+)"\)', sheet.read_text())
    assert len(fonts) == 12
    assert all((sheet.parent / font).resolve().exists() for font in fonts)
