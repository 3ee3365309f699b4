"""Files as production serves them: one file of modules and one of styles per page, under names that change with the content."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from factcheck.storage import HashedStaticFilesStorage

_IMPORT = re.compile(r"""(?:from|import)\s+["'](\.{1,2}/[^"']+)["']""")
_HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")
# Compressed bytes of scripts and styles on the reader's page: it took 147 kB in 73 files on a cold start.
READER = ("js/ui/main", "js/finder/finder", "js/reader/reader", "vendor/htmx/htmx.min", "js/ui/theme-boot", "css/desk")
READER_BYTES = 80_000
FONT_BYTES = 60_000


class CompressesForReader(HashedStaticFilesStorage):
    """Compresses the files whose compressed size is asked for here: all of them take six seconds of a core."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        yield from super().compress_files([path for path in paths if path.startswith(READER)])


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    backend = {"BACKEND": "tests.design.test_static.CompressesForReader"}
    with override_settings(STATIC_ROOT=folder, STORAGES={**settings.STORAGES, "staticfiles": backend}):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


def test_the_reader_is_a_few_small_files(collected: Path):
    sizes = {name: [path.stat().st_size for path in collected.glob(f"{name}.*.br")] for name in READER}
    assert {name: len(found) for name, found in sizes.items()} == dict.fromkeys(READER, 1)
    assert sum(found[0] for found in sizes.values()) < READER_BYTES
    sheet = next((collected / "css").glob("desk.*.css.br"))
    assert b"@import" not in brotli.decompress(sheet.read_bytes())


def test_bundles_import_each_other_by_hashed_names(collected: Path):
    modules = [path for path in (collected / "js").rglob("*.js") if _HASHED.search(path.name)]
    imports = [(path, name) for path in modules for name in _IMPORT.findall(path.read_text())]
    assert imports
    assert [(path.name, name) for path, name in imports if not _HASHED.search(name)] == []
    assert all((path.parent / name).resolve().exists() for path, name in imports)


def test_fonts_are_found_by_their_stylesheet(collected: Path):
    sheet = next((collected / "css").glob("desk.*.css"))
    fonts = re.findall(r'url\("?([^)"]+)"?\)', sheet.read_text())
    assert len(fonts) == 12
    assert all((sheet.parent / font).resolve().exists() for font in fonts)


def test_the_fonts_that_every_page_loads_are_small():
    template = Path("templates/components/frame/fonts.html").read_text()
    preloaded = re.findall(r"static '(fonts/[^']+)'", template)
    assert len(preloaded) == 2
    assert sum((Path("static") / font).stat().st_size for font in preloaded) < FONT_BYTES
