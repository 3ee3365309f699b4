"""Clients that others generate from docs/openapi.json build without a warning, with names that a person would choose."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SCHEMA = Path(settings.BASE_DIR) / "docs" / "openapi.json"
CONFIG = Path(settings.BASE_DIR) / "docs" / "examples" / "openapi-python-client.yml"
TYPESCRIPT, PYTHON = "openapi-typescript@7.13.0", "openapi-python-client==0.29.1"
INVENTED = re.compile(r"_type_\d|item_item")

# They are fetched from the package registries, which takes half a minute.
pytestmark = pytest.mark.load


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def test_openapi_typescript(tmp_path):
    npx = shutil.which("npx")
    if npx is None and not os.environ.get("CI"):
        pytest.skip("npx (Node) is not here; CI has it")
    assert npx
    made = run([npx, "--yes", TYPESCRIPT, str(SCHEMA), "-o", "api.d.ts"], tmp_path)
    assert made.returncode == 0, made.stderr
    assert "warn" not in (made.stdout + made.stderr).lower()
    types = (tmp_path / "api.d.ts").read_text()
    assert "listFactChecks: {" in types
    assert "approveVerdict: {" in types


def test_openapi_python_client(tmp_path):
    run([sys.executable, "-m", "venv", "venv"], tmp_path)
    installed = run([str(tmp_path / "venv/bin/pip"), "install", "--quiet", PYTHON], tmp_path)
    if installed.returncode and not os.environ.get("CI"):
        pytest.skip("the package registry does not answer; CI has it")
    assert installed.returncode == 0, installed.stderr
    command = [str(tmp_path / "venv/bin/openapi-python-client"), "generate", "--path", str(SCHEMA)]
    made = run([*command, "--config", str(CONFIG), "--output-path", "client", "--fail-on-warning"], tmp_path)
    assert made.returncode == 0, made.stdout + made.stderr
    names = [path.stem for path in tmp_path.glob("client/*/models/*.py")]
    assert "fact_check" in names
    assert [name for name in names if INVENTED.search(name)] == []
