"""The examples of docs/examples do what docs/integrating.md says, against a real server."""

import importlib.util
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.services import create_token
from publishing.models import Change, FactCheck
from publishing.services.withdrawals import restore_verdict, retract_verdict, suspend_verdict
from publishing.webhooks.signing import headers, new_secret
from tests.annotations import story

EXAMPLES = settings.BASE_DIR / "docs" / "examples"
BODY = '{"type":"fact_check.published","data":{"id":"é"}}'


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def message():
    secrets = [new_secret(), new_secret()]
    return secrets, headers("a-b-c", BODY, secrets_in_use=secrets, at=timezone.now())


def test_python_verifies_what_we_sign(message):
    secrets, given = message
    verify = load("verify_webhook").verify
    for secret in secrets:
        assert verify(secret, {name.title(): value for name, value in given.items()}, BODY.encode())["type"]
    with pytest.raises(ValueError, match="No signature"):
        verify(secrets[0], given, BODY.encode() + b" ")
    with pytest.raises(ValueError, match="No signature"):
        verify(new_secret(), given, BODY.encode())
    old = headers("a", BODY, secrets_in_use=secrets, at=timezone.now() - timedelta(minutes=6))
    with pytest.raises(ValueError, match="too old"):
        verify(secrets[0], old, BODY.encode())


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not here")
def test_javascript_verifies_what_we_sign(message):
    secrets, given = message
    script = (
        f"import {{ verify }} from '{EXAMPLES / 'verify_webhook.mjs'}';"
        "const [secret, headers, body] = JSON.parse(process.argv[1]);"
        "console.log(verify(secret, headers, Buffer.from(body)).type);"
    )

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = ["node", "--input-type=module", "-e", script, json.dumps(arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    for secret in secrets:
        assert run(secret, given, BODY).stdout.strip() == "fact_check.published"
    assert "No signature" in run(secrets[0], given, BODY + " ").stderr


@pytest.mark.skipif(not shutil.which("php"), reason="PHP is not here")
def test_php_verifies_what_we_sign(message):
    secrets, given = message
    script = f"require '{EXAMPLES / 'verify_webhook.php'}'; echo verify(...json_decode($argv[1], true))['type'];"

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = ["php", "-r", script, json.dumps(arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    for secret in secrets:
        assert run(secret, given, BODY).stdout == "fact_check.published"
    assert run(secrets[0], given, BODY + " ").returncode != 0


@pytest.fixture
def follower(live_server, make_user, tmp_path):
    """`follow(*options)`: the reference consumer as a process; its copy is at `path`."""
    person = make_user("publisher", email="cms@desk.example")
    _, token = create_token(creator=person, user=person, name="CMS", scopes=["feed:read"], now=timezone.now())
    path = tmp_path / "copy.sqlite3"

    def follow(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(EXAMPLES / "follow_feed.py"), live_server.url, str(path), *options]
        environment = {**os.environ, "FACTCHECK_TOKEN": token}
        return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return follow, path


def up_to_date(follower) -> tuple[dict[str, str], dict[str, str]]:
    follow, path = follower
    process = follow("--once")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return contents(path)


def contents(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    database = sqlite3.connect(path)
    found = dict(database.execute("SELECT id, etag FROM fact_checks").fetchall())
    withdrawn = dict(database.execute("SELECT id, reason FROM withdrawn").fetchall())
    database.close()
    return found, withdrawn


def source() -> dict[str, str]:
    return {str(check.pk): check.etag for check in FactCheck.objects.filter(state="published")}


@pytest.mark.django_db(transaction=True)
def test_the_reference_consumer_ends_equal_to_the_source(follower, make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    publisher = make_user("publisher")
    verdicts = [story.published(editor, reviewer) for _ in range(3)]
    assert up_to_date(follower) == (source(), {})
    suspend_verdict(person=reviewer, verdict_id=verdicts[0].pk, reason="Doubts", now=timezone.now())
    for person in (reviewer, publisher):
        retract_verdict(person=person, verdict_id=verdicts[1].pk, reason="Wrong", now=timezone.now())
    found, withdrawn = up_to_date(follower)
    assert found == source()
    assert sorted(withdrawn.values()) == ["retracted", "suspended"]

    process = follower[0]("--seconds", "0.1")
    for person in (reviewer, publisher):
        restore_verdict(person=person, verdict_id=verdicts[0].pk, reason="Right after all", now=timezone.now())
    until = time.monotonic() + 30
    while contents(follower[1])[0] != source() and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert contents(follower[1])[0] == source()
    story.published(editor, reviewer)
    assert up_to_date(follower)[0] == source()
    assert len(source()) == 3


@pytest.mark.django_db(transaction=True)
def test_an_expired_place_is_begun_again(follower, make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    story.published(editor, reviewer)
    up_to_date(follower)
    database = sqlite3.connect(follower[1])
    database.execute("INSERT INTO fact_checks VALUES ('gone', 1, 'x', 'x', 'x', 'x', '{}')")
    (place,) = database.execute("SELECT next FROM place").fetchone()
    # A place that was never reached is answered like one whose tombstones are purged.
    changed = place.replace(f"after={Change.objects.get().seq}", "after=999999")
    database.execute("UPDATE place SET next = ?", [changed])
    database.commit()
    database.close()
    assert up_to_date(follower) == (source(), {})
