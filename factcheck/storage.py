"""Static files of production: bundled, under hashed names, compressed."""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from factcheck.bundling import bundle_modules, bundle_sheets


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Serve each page's modules and stylesheets as bundles; a bundle keeps the name of its entry.

    Also rewrites `import ... from "./x.js"`: else a page that names a module and a module that imports it would load
    two copies of it, each with its own state, and a new release could run with modules of the old one for a minute.
    """

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            paths = _bundle(paths)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def _bundle(paths: dict[str, Any]) -> dict[str, Any]:
    """Return what collectstatic found with bundles in place of the files that they are made of."""
    ours = {name: found for name, found in paths.items() if name.startswith(("js/", "css/"))}
    sheets, inner_sheets = bundle_sheets(
        {name: storage.path(path) for name, (storage, path) in ours.items() if name.endswith(".css")}
    )
    modules, inner_modules = bundle_modules(
        {name: storage.open(path).read().decode() for name, (storage, path) in ours.items() if name.endswith(".js")}
    )
    made = InMemoryStorage()
    for name, content in (sheets | modules).items():
        made.save(name, ContentFile(content.encode()))
    kept = {name: found for name, found in paths.items() if name not in inner_sheets | inner_modules}
    return kept | {name: (made, name) for name in sheets | modules}
