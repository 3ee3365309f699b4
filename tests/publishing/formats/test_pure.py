"""The formats are pure: they can be used, and reasoned about, without Django."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "publishing" / "formats"
MODULES = [f"publishing.formats.{path.stem}" for path in FOLDER.glob("*.py") if path.stem != "__init__"]
PURE = [*MODULES, "core.canonical_json", "annotations.rationale", "publishing.documents", "annotations.frozen"]


def test_no_module_loads_django():
    code = f"import importlib, sys; [importlib.import_module(n) for n in {PURE!r}]; print('django' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=FOLDER.parents[1]
    )
    assert answer.stdout.strip() == "False"
