"""The commands of docs/integrating.md, run as they stand against a live server."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from publishing.models import FactCheck

GUIDE = Path(settings.BASE_DIR) / "docs" / "integrating.md"


def commands_under(heading: str) -> str:
    section = GUIDE.read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))


def run(script: str, live_server, folder: Path) -> str:
    """Run in the repository, with this Python in place of the virtual environment's."""
    script = script.replace(".venv/bin/python", sys.executable).replace("> page.json", f"> {folder}/page.json")
    script = script.replace("page.json)", f"{folder}/page.json)").replace("http://localhost:8000", live_server.url)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=os.environ | {"API": f"{live_server.url}/api/v1"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.load  # four commands of manage.py beside a server: too slow for `make test-fast`
@pytest.mark.django_db(transaction=True)
def test_from_an_article_to_a_published_check(live_server, make_user, tmp_path):
    make_user("admin", email="jonas@demo.example")  # the demo's
    printed = run(commands_under("From an article to a published check"), live_server, tmp_path)
    assert printed.split()[-2:] == ["approved", "published"]
    assert FactCheck.objects.get().state == FactCheck.State.PUBLISHED
